// SPDX-License-Identifier: Apache-2.0
// A small XML document as its leaves, read inside secure memory: a general reader would leave copies of the
// secrets in unwiped strings. Takes what STS sends: elements, attributes (checked, left out), text with the
// five named and the numeric references, comments between elements. Refused: DOCTYPE and entities, CDATA,
// processing instructions other than the declaration at the start, text beside elements, depth over 16, more
// than 256 elements, a leaf that comes twice. Name space prefixes are cut off. Internal to this module; pure,
// any thread. Errors: BadReply (position, never content).
#pragma once

#include "base/result.h"
#include "base/secret_text.h"

#include <map>
#include <string>
#include <string_view>

namespace keyturn::credentials {

/// The texts of the leaves by path: "AssumeRoleResponse/AssumeRoleResult/Credentials/AccessKeyId".
using XmlLeaves = std::map<std::string, SecretText>;

Result<XmlLeaves> readXml(std::string_view text);

/// A leaf's text; empty when it is absent.
std::string_view leafText(const XmlLeaves &leaves, const std::string &path);

} // namespace keyturn::credentials
