// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/job_form.h"

#include "ui/models/key_words.h"
#include "ui/presenters/command_text.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <array>

namespace keyturn::ui {
namespace {

QString tr(const char *text) {
    return QCoreApplication::translate("JobForm", text);
}

struct MemberOfPage {
    QLatin1String prefix;
    JobPage page;
};
/// Prefixes of members; the first that fits counts.
constexpr std::array<MemberOfPage, 12> membersOfPages{{
    {QLatin1String("source-"), JobPage::Keys},
    {QLatin1String("source."), JobPage::Source},
    {QLatin1String("find."), JobPage::Blobs},
    {QLatin1String("context"), JobPage::Keys},
    {QLatin1String("destination-"), JobPage::Keys},
    {QLatin1String("allow-client-plaintext"), JobPage::Keys},
    {QLatin1String("service"), JobPage::Keys},
    {QLatin1String("safety."), JobPage::Safety},
    {QLatin1String("verify"), JobPage::Safety},
    {QLatin1String("name"), JobPage::Review},
    {QLatin1String("reason"), JobPage::Review},
    {QLatin1String("keyturn-job"), JobPage::Review},
}};

QString sentenceOf(QString text) {
    if (!text.isEmpty()) {
        text[0] = text[0].toUpper();
        if (!text.endsWith(QLatin1Char('.'))) {
            text += QLatin1Char('.');
        }
    }
    return text;
}

JobTemplate makeTemplate(const char *name, const char *sentence, reencrypt::JobSpec spec) {
    spec.name = tr(name).toStdString();
    return {tr(name), tr(sentence), std::move(spec)};
}

} // namespace

QString title(JobPage page) {
    switch (page) {
    case JobPage::Source:
        return tr("Source");
    case JobPage::Blobs:
        return tr("Ciphertexts");
    case JobPage::Keys:
        return tr("Keys and contexts");
    case JobPage::Safety:
        return tr("Safety");
    case JobPage::Review:
        return tr("Review");
    }
    return {};
}

JobPage pageOf(QStringView member) {
    const auto found =
        std::find_if(membersOfPages.begin(), membersOfPages.end(),
                     [member](const MemberOfPage &each) { return member.startsWith(each.prefix); });
    return found == membersOfPages.end() ? JobPage::Review : found->page;
}

std::vector<JobFault> jobFaults(const reencrypt::JobSpec &spec) {
    std::vector<JobFault> faults;
    const Status sound = reencrypt::checkJob(spec);
    if (sound) {
        return faults;
    }
    for (const QString &line : fromUtf8(sound.error().detail).split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        const auto colon = line.indexOf(QLatin1String(": "));
        const QString member = colon < 0 ? QString() : line.left(colon);
        faults.push_back({pageOf(member), member, sentenceOf(colon < 0 ? line : line.mid(colon + 2))});
    }
    std::stable_sort(faults.begin(), faults.end(),
                     [](const JobFault &a, const JobFault &b) { return a.page < b.page; });
    return faults;
}

reencrypt::JobSpec newJob(bool inVault) {
    reencrypt::JobSpec spec;
    spec.safety.dryRun = true;
    if (inVault) {
        spec.safety.perSecond = 0;
        spec.safety.inFlight = 256;
        spec.verification = reencrypt::Verification::Decrypt;
    }
    return spec;
}

std::vector<JobTemplate> jobTemplates(bool inVault) {
    reencrypt::JobSpec files = newJob(inVault);
    files.source.kind = reencrypt::SourceKind::Text;
    files.source.include = {"**/*.env", "**/*.tfvars", "**/*.yaml", "**/*.properties"};
    files.source.exclude = {"**/node_modules/**"};
    reencrypt::JobSpec sops = newJob(inVault);
    sops.source.kind = reencrypt::SourceKind::Sops;
    reencrypt::JobSpec table = newJob(inVault);
    table.source.kind = reencrypt::SourceKind::PostgreSql;
    return {makeTemplate(
                "Secrets in a folder",
                "Ciphertexts inside .env, Terraform, YAML and properties files. Only their bytes change.",
                std::move(files)),
            makeTemplate("SOPS files",
                         "The wrapped data keys of SOPS documents. Values, comments and MAC stay.",
                         std::move(sops)),
            makeTemplate("A column of a database",
                         "One ciphertext a row, with a context made from other columns where there is one.",
                         std::move(table))};
}

QString jobCommand(const QString &jobFile, const workspace::Profile &profile) {
    QStringList words{QStringLiteral("keyturn-cli"), QStringLiteral("job"), QStringLiteral("run"),
                      shellQuoted(jobFile)};
    words += targetOptions(profile);
    return words.join(QLatin1Char(' '));
}

QString kindName(reencrypt::SourceKind kind) {
    using reencrypt::SourceKind;
    switch (kind) {
    case SourceKind::Files:
        return tr("Files that are ciphertexts");
    case SourceKind::Text:
        return tr("Text files that hold ciphertexts");
    case SourceKind::Csv:
        return tr("CSV file");
    case SourceKind::Tsv:
        return tr("TSV file");
    case SourceKind::JsonLines:
        return tr("JSON Lines file");
    case SourceKind::Sops:
        return tr("SOPS documents");
    case SourceKind::Pulumi:
        return tr("Pulumi stack files");
    case SourceKind::Tink:
        return tr("Tink keysets");
    case SourceKind::Credstash:
        return tr("credstash export");
    case SourceKind::MongoKeyVault:
        return tr("MongoDB key vault export");
    case SourceKind::ParquetKeys:
        return tr("Parquet key material");
    case SourceKind::Sqlite:
        return tr("SQLite table");
    case SourceKind::PostgreSql:
        return tr("PostgreSQL table");
    case SourceKind::MySql:
        return tr("MySQL table");
    case SourceKind::Odbc:
        return tr("ODBC table");
    }
    return {};
}

} // namespace keyturn::ui
