// SPDX-License-Identifier: Apache-2.0
#include "aws/skeleton.h"

#include "kms/open_enum.h"

namespace keyturn::cli::aws {
namespace {

using kms::FieldKind;

Value enumSample(const kms::Field &field, SkeletonOf side) {
    return Value::text(side == SkeletonOf::Output ? field.name : field.enumeration().names.front());
}

Value sample(const kms::Field &field, SkeletonOf side) {
    switch (field.kind) {
    case FieldKind::Text:
    case FieldKind::SecretText:
        return Value::text(side == SkeletonOf::Output ? field.name : std::string_view());
    case FieldKind::Blob:
    case FieldKind::SecretBlob:
        return {};
    case FieldKind::Integer:
        return Value::integer(0);
    case FieldKind::Boolean:
        return Value::boolean(true);
    case FieldKind::Time:
        return Value::text("1970-01-01T00:00:00");
    case FieldKind::Enumeration:
        return enumSample(field, side);
    case FieldKind::TextList:
        return Value::list({Value::text(side == SkeletonOf::Output ? field.name : std::string_view())});
    case FieldKind::EnumerationList:
        return Value::list({enumSample(field, side)});
    case FieldKind::TextMap:
        return Value::map({{"KeyName", Value::text("")}});
    case FieldKind::Structure:
        return skeleton(field.structure().fields, side);
    case FieldKind::StructureList:
        break;
    }
    return Value::list({skeleton(field.structure().fields, side)});
}

std::string commentOf(const kms::Field &field) {
    std::string comment = field.required ? " [REQUIRED]" : "";
    if (field.kind == FieldKind::Enumeration) {
        comment += " Valid values are: ";
        bool first = true;
        for (const std::string_view name : field.enumeration().names) {
            comment += (first ? "" : ", ") + std::string(name);
            first = false;
        }
        comment += ".";
    }
    return comment.empty() ? comment : "#" + comment;
}

void yamlMembers(std::span<const kms::Field> fields, const std::string &indent, bool afterDash,
                 SecretText &out);

/// What stands behind the colon, comment included.
void yamlMember(const kms::Field &field, const std::string &indent, const std::string &comment,
                SecretText &out) {
    const std::string behind = comment.empty() ? "\n" : " " + comment + "\n";
    switch (field.kind) {
    case FieldKind::Blob:
    case FieldKind::SecretBlob:
        return out.append(" !!binary ''" + behind);
    case FieldKind::Integer:
        return out.append(" 0" + behind);
    case FieldKind::Boolean:
        return out.append(" true" + behind);
    case FieldKind::Time:
        return out.append(" 1970-01-01 00:00:00" + behind);
    case FieldKind::Enumeration:
        return out.append(" " + std::string(field.enumeration().names.front()) + behind);
    case FieldKind::TextList:
        return out.append(behind + indent + "- ''\n");
    case FieldKind::EnumerationList:
        return out.append(behind + indent + "- " + std::string(field.enumeration().names.front()) + "\n");
    case FieldKind::TextMap:
        return out.append(behind + indent + "  KeyName: ''\n");
    case FieldKind::Structure:
        out.append(behind);
        return yamlMembers(field.structure().fields, indent + "  ", false, out);
    case FieldKind::StructureList:
        out.append(behind + indent + "- ");
        return yamlMembers(field.structure().fields, indent + "  ", true, out);
    case FieldKind::Text:
    case FieldKind::SecretText:
        break;
    }
    out.append(" ''" + behind);
}

void yamlMembers(std::span<const kms::Field> fields, const std::string &indent, bool afterDash,
                 SecretText &out) {
    bool first = true;
    for (const kms::Field &field : fields) {
        // The first comment of a map keeps one more blank before it.
        const std::string comment = commentOf(field);
        out.append((first && afterDash ? std::string() : indent) + std::string(field.name) + ":");
        yamlMember(field, indent, first && !comment.empty() ? " " + comment : comment, out);
        first = false;
    }
}

} // namespace

void printYamlSkeleton(std::span<const kms::Field> fields, SecretText &out) {
    if (fields.empty()) {
        out.append("{}\n");
    }
    yamlMembers(fields, "", false, out);
}

Value skeleton(std::span<const kms::Field> fields, SkeletonOf side) {
    Value::Map members;
    for (const kms::Field &field : fields) {
        members.emplace_back(std::string(field.name), sample(field, side));
    }
    return Value::map(std::move(members));
}

} // namespace keyturn::cli::aws
