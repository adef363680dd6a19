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

} // namespace

Value skeleton(std::span<const kms::Field> fields, SkeletonOf side) {
    Value::Map members;
    for (const kms::Field &field : fields) {
        members.emplace_back(std::string(field.name), sample(field, side));
    }
    return Value::map(std::move(members));
}

} // namespace keyturn::cli::aws
