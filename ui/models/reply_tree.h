// SPDX-License-Identifier: Apache-2.0
// ReplyTree: any reply as something to show: a tree of its members, its JSON, and its secrets apart, taken
// out of the reply so that neither tree nor JSON ever holds them. Driven by the field tables. A plain value
// that moves; GUI thread or any other.
#pragma once

#include "base/secret_bytes.h"
#include "kms/operation.h"

#include <QString>

#include <vector>

namespace keyturn::ui {

struct ReplyNode {
    QString name;
    QString value; ///< of a leaf; for others how many there are
    bool isSecret = false;
    std::vector<ReplyNode> children;
};

struct ReplySecret {
    QString path; ///< "Plaintext", "CustomKeyStores[0].XksProxyConfiguration.AccessKeyId"
    SecretBytes bytes;
};

struct ReplyTree {
    std::vector<ReplyNode> nodes;
    QString json; ///< indented; secrets are left out
    std::vector<ReplySecret> secrets;
};

/// Takes the reply: its secrets are in the tree's `secrets` alone afterwards.
ReplyTree takeReply(kms::AnyReply reply);

} // namespace keyturn::ui
