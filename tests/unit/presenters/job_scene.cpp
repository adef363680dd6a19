// SPDX-License-Identifier: Apache-2.0
#include "unit/presenters/job_scene.h"

#include "base/encoding.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

namespace keyturn::test {
namespace {

constexpr int longestAct = 30'000; // milliseconds; a busy machine

Bytes bytesOf(const std::string &text) {
    const auto view = asBytes(text);
    return {view.begin(), view.end()};
}

} // namespace

JobScene::JobScene(DeskOptions options)
    : m_desk(options)
    , m_oldId(m_desk.addKey(oldKey, "Wraps the data keys of users until 2024"))
    , m_newId(m_desk.addKey(newKey, "Its successor")) {
    m_desk.reload();
    m_jobs = std::make_unique<ui::JobDesk>(&m_desk.session(), &m_keychain, journals());
}

std::string JobScene::line(int row, const std::string &keyId) {
    const std::string tenant = "tenant-" + std::to_string(row % 3);
    const Bytes blob = m_desk.encrypt(keyId, contextWith({{"tenant", tenant}}));
    return R"({"id": )" + std::to_string(row) + R"(, "tenant": ")" + tenant + R"(", "key": ")" +
           toBase64(blob) + "\"}\n";
}

std::filesystem::path JobScene::writeLines(const std::string &name, int rows) {
    std::string text;
    for (int row = 1; row <= rows; ++row) {
        text += line(row, m_oldId);
    }
    return m_desk.write(name, bytesOf(text));
}

void JobScene::addStrayLines(const std::filesystem::path &file) {
    std::string text(asText(fileContent(file)));
    text += R"({"id": 901, "tenant": "tenant-1", "key": "no ciphertext"})" + std::string("\n");
    text += line(902, m_desk.addKey("alias/billing"));
    text += line(903, m_desk.addKey({}));
    m_desk.write(file.filename().string(), bytesOf(text));
}

reencrypt::JobSpec JobScene::jobOn(const std::filesystem::path &file) const {
    reencrypt::JobSpec spec;
    spec.name = "users";
    spec.source.kind = reencrypt::SourceKind::JsonLines;
    spec.source.paths = {file.string()};
    spec.finder.blob = "/key";
    spec.finder.id = "/id";
    auto place = reencrypt::ContextTemplate::parse("{/tenant}");
    spec.context.pairs.emplace_back("tenant", place ? std::move(*place) : reencrypt::ContextTemplate());
    spec.sourceKeys = {oldKey};
    spec.destinationKey = newKey;
    spec.safety.perSecond = 0;
    spec.safety.rateGiven = true;
    return spec;
}

ui::OpenedJob JobScene::openNew(const reencrypt::JobSpec &spec, const QString &file) {
    std::optional<Result<ui::OpenedJob>> opened;
    m_jobs->openNew(spec, file, [&](Result<ui::OpenedJob> job) { opened = std::move(job); });
    if (!QTest::qWaitFor([&] { return opened.has_value(); }, longestAct) || !opened->has_value()) {
        qFatal("the job was not opened: %s", opened ? opened->error().detail.c_str() : "no answer");
    }
    return std::move(**opened);
}

ui::OpenedJob JobScene::openAgain(const ui::JobEntry &entry) {
    std::optional<Result<ui::OpenedJob>> opened;
    m_jobs->openAgain(entry, [&](Result<ui::OpenedJob> job) { opened = std::move(job); });
    if (!QTest::qWaitFor([&] { return opened.has_value(); }, longestAct) || !opened->has_value()) {
        qFatal("the job was not opened again: %s", opened ? opened->error().detail.c_str() : "no answer");
    }
    (*opened)->presenter->setSpec(entry.head.spec);
    return std::move(**opened);
}

int JobScene::readableUnder(const std::filesystem::path &file, const std::string &alias) {
    int readable = 0;
    const Bytes content = fileContent(file);
    const std::string keyId = alias == oldKey ? m_oldId : m_newId;
    for (const QByteArray &each :
         QByteArray(reinterpret_cast<const char *>(content.data()), qsizetype(content.size())).split('\n')) {
        const QJsonObject row = QJsonDocument::fromJson(each).object();
        const QByteArray blob = QByteArray::fromBase64(row[QStringLiteral("key")].toString().toLatin1());
        const std::string tenant = row[QStringLiteral("tenant")].toString().toStdString();
        const Bytes bytes(blob.begin(), blob.end());
        if (!bytes.empty() && m_desk.decrypt(bytes, contextWith({{"tenant", tenant}}), keyId)) {
            ++readable;
        }
    }
    return readable;
}

Status JobScene::outcomeOf(ui::JobPresenter &presenter) {
    std::optional<Status> outcome;
    const auto watch =
        QObject::connect(&presenter, &ui::JobPresenter::ended, &presenter,
                         [&](ui::JobPresenter::Act, const Status &status) { outcome = status; });
    const bool ended = QTest::qWaitFor([&] { return outcome.has_value(); }, longestAct);
    QObject::disconnect(watch);
    return ended ? *outcome : Status(fail(ErrorCode::TimedOut, "the act did not end"));
}

} // namespace keyturn::test
