// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/known_contexts.h"

#include "ui/models/key_words.h"

#include <QCoreApplication>

#include <algorithm>

namespace keyturn::ui {
namespace {

constexpr std::size_t limit = 50;

QString sentence(const kms::ContextDifference &difference) {
    using Kind = kms::ContextDifference::Kind;
    const QString name = fromUtf8(difference.name);
    switch (difference.kind) {
    case Kind::OnlyInFirst:
        return QCoreApplication::translate("KnownContexts", "\u201c%1\u201d is not in it.").arg(name);
    case Kind::OnlyInSecond:
        return QCoreApplication::translate("KnownContexts", "It also has \u201c%1\u201d.").arg(name);
    case Kind::OtherValue:
        return QCoreApplication::translate("KnownContexts",
                                           "\u201c%1\u201d is \u201c%3\u201d there and \u201c%2\u201d here.")
            .arg(name, fromUtf8(difference.first), fromUtf8(difference.second));
    case Kind::OtherCase:
        return QCoreApplication::translate("KnownContexts", "\u201c%1\u201d differs only in letter case.")
            .arg(name);
    }
    return {};
}

} // namespace

QString ContextComparison::text() const {
    QStringList sentences{
        QCoreApplication::translate("KnownContexts", "Compared with a context %1:").arg(known.origin)};
    for (const kms::ContextDifference &difference : differences) {
        sentences += sentence(difference);
    }
    sentences += QCoreApplication::translate(
        "KnownContexts", "This is only a comparison: the ciphertext does not hold its context.");
    return sentences.join(u' ');
}

void KnownContexts::remember(const kms::EncryptionContext &context, const QString &origin) {
    if (context.empty()) {
        return;
    }
    std::erase_if(m_known, [&](const KnownContext &known) { return known.context == context; });
    m_known.insert(m_known.begin(), {context, origin});
    if (m_known.size() > limit) {
        m_known.resize(limit);
    }
}

std::optional<ContextComparison> KnownContexts::closest(const kms::EncryptionContext &context) const {
    std::optional<ContextComparison> best;
    for (const KnownContext &known : m_known) {
        auto differences = kms::differences(context, known.context);
        const bool closer = !best || differences.size() < best->differences.size();
        if (!differences.empty() && closer) {
            best = ContextComparison{known, std::move(differences)};
        }
    }
    return best;
}

} // namespace keyturn::ui
