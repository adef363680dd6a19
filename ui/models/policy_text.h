// SPDX-License-Identifier: Apache-2.0
// A key policy as a person edits it: where its JSON breaks, what it says in sentences, what it probably does
// not mean to say. What makes a document a policy, kms/key_policy decides. Pure functions; any thread.
#pragma once

#include <QString>
#include <QStringList>

#include <optional>
#include <string>
#include <string_view>

namespace keyturn::ui {

struct PolicyFault {
    int line = 0; ///< from 1; 0: the document as a whole
    int column = 0;
    QString sentence;

    /// "Line 3, column 7: ..."
    QString text() const;
};

/// The first thing that keeps the text from being a key policy; nothing: it is one.
std::optional<PolicyFault> policyFault(std::string_view text);

/// One sentence a statement: "Allows arn:... to call kms:Decrypt." Empty for what is no policy.
QStringList policySentences(std::string_view text);

/// What is probably not meant: nobody could change the policy any more, encryption without re-encryption.
QStringList policyDoubts(std::string_view text);

/// The document with two blanks a level; as it came when it is no JSON.
std::string indentedJson(std::string_view text);

} // namespace keyturn::ui
