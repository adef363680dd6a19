// SPDX-License-Identifier: Apache-2.0
// OperationInfo: everything about an operation that is data. AnyRequest and AnyReply: one-pointer owning
// boxes with an operation id, so that a service header need not know the operations. Any thread; a box is a
// plain value.
#pragma once

#include "base/error.h"
#include "kms/field.h"
#include "kms/op_fwd.h"

#include <cassert>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace keyturn::kms {

namespace box_detail {
struct Box {
    explicit Box(OperationId operation)
        : id(operation) {}
    virtual ~Box() = default;
    virtual void *object() = 0;
    const OperationId id;
    std::string requestId; ///< of a reply: the service's own; may be empty
};
template <class Op, class Content>
struct BoxOf final : Box {
    explicit BoxOf(Content &&value)
        : Box(Op::id)
        , content(std::move(value)) {}
    void *object() override { return &content; }
    Content content;
};
} // namespace box_detail

/// What both boxes share.
class AnyMessage {
public:
    OperationId operation() const { return m_box->id; }
    void *object() { return m_box->object(); }
    const void *object() const { return m_box->object(); }
    explicit operator bool() const { return m_box != nullptr; }

protected:
    AnyMessage() = default;
    explicit AnyMessage(std::unique_ptr<box_detail::Box> box)
        : m_box(std::move(box)) {}
    std::unique_ptr<box_detail::Box> m_box;
};

class AnyRequest : public AnyMessage {
public:
    AnyRequest() = default;
    template <class Op>
    static AnyRequest of(typename Op::Request request) {
        return AnyRequest(std::make_unique<box_detail::BoxOf<Op, typename Op::Request>>(std::move(request)));
    }
    template <class Op>
    const typename Op::Request &as() const {
        assert(operation() == Op::id);
        return *static_cast<const typename Op::Request *>(object());
    }
    template <class Op>
    typename Op::Request &as() {
        assert(operation() == Op::id);
        return *static_cast<typename Op::Request *>(object());
    }

private:
    using AnyMessage::AnyMessage;
};

class AnyReply : public AnyMessage {
public:
    AnyReply() = default;
    template <class Op>
    static AnyReply of(typename Op::Reply reply) {
        return AnyReply(std::make_unique<box_detail::BoxOf<Op, typename Op::Reply>>(std::move(reply)));
    }
    template <class Op>
    typename Op::Reply &as() {
        assert(operation() == Op::id);
        return *static_cast<typename Op::Reply *>(object());
    }
    template <class Op>
    const typename Op::Reply &as() const {
        assert(operation() == Op::id);
        return *static_cast<const typename Op::Reply *>(object());
    }
    /// Under which the service keeps the call in its records; empty where it has none.
    const std::string &requestId() const { return m_box->requestId; }
    void setRequestId(std::string id) { m_box->requestId = std::move(id); }

private:
    using AnyMessage::AnyMessage;
};

/// Which key of a request a permission is needed on.
enum class KeySide : std::uint8_t { None, Key, Source, Destination, Alias };

struct PermissionNeed {
    std::string_view action; ///< e.g. "kms:ReEncryptFrom"
    KeySide side;
};

/// What an operation does, for safety levels and wording. Ordered: later ones are graver.
enum class Effect : std::uint8_t { Reads, UsesKey, RevealsPlaintext, Changes, Destroys };

struct PagingInfo {
    std::string_view items; ///< wire name of the list in the reply; empty: not paged
    int limitMin = 0;
    int limitMax = 0;
    int limitDefault = 0; ///< 0: none is published
};

struct OperationInfo {
    OperationId id;
    std::string_view name; ///< on the wire, e.g. "ReEncrypt"
    std::span<const Field> request;
    std::span<const Field> reply;
    std::span<const PermissionNeed> permissions;
    /// Of the model; beside them services send those that any call can meet (Validation, AccessDenied,
    /// Throttling, ...).
    std::span<const ErrorCode> errors;
    Effect effect;
    bool retrySafe;    ///< sending it twice does no more than sending it once
    bool crossAccount; ///< the key may belong to another account
    PagingInfo paging = {};
    AnyRequest (*makeRequest)(); ///< an empty request
    AnyReply (*makeReply)();     ///< an empty reply
};

template <class Op>
AnyRequest makeRequest() {
    return AnyRequest::of<Op>({});
}
template <class Op>
AnyReply makeReply() {
    return AnyReply::of<Op>({});
}

/// True where the model gives the operation that error.
bool hasError(const OperationInfo &operation, ErrorCode code);

const OperationInfo &operationInfo(OperationId id);
/// By wire name; nullptr for a name that is not listed.
const OperationInfo *findOperation(std::string_view name);
/// The member of that wire name, or nullptr.
const Field *findField(std::span<const Field> fields, std::string_view name);

} // namespace keyturn::kms
