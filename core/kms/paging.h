// SPDX-License-Identifier: Apache-2.0
// listAll<Op>(): follows Marker and Truncated to the end, page by page. For operations whose reply has
// nextMarker and truncated (kms-semantics.md section 11: fewer items than Limit is legal, follow Truncated).
// The page callback runs on the service's thread; it returns false to stop. No total is known. A repeated
// marker ends with BadReply.
#pragma once

#include "kms/service.h"

#include <functional>
#include <memory>

namespace keyturn::kms {

namespace paging_detail {
/// The marker for the next page, empty at the end; BadReply for a page that would be read for ever.
Result<std::string> nextMarker(const std::optional<bool> &truncated, const std::optional<std::string> &next,
                               const std::string &previous);
} // namespace paging_detail

template <class Op>
using PageCallback = std::function<bool(typename Op::Reply &page)>;
using ListDone = UniqueFunction<void(Status)>;

template <class Op>
void listAll(KmsService &service, typename Op::Request request, CallContext context, PageCallback<Op> onPage,
             ListDone done) {
    struct Walk {
        KmsService &service;
        typename Op::Request request;
        CallContext context;
        PageCallback<Op> onPage;
        ListDone done;

        static void step(std::shared_ptr<Walk> self) {
            auto &walk = *self;
            walk.service.submit(AnyRequest::of<Op>(walk.request), walk.context,
                                [self](Result<AnyReply> reply) { self->received(self, std::move(reply)); });
        }
        void received(const std::shared_ptr<Walk> &self, Result<AnyReply> reply) {
            if (!reply) {
                return done(failFrom(reply));
            }
            auto &page = reply->template as<Op>();
            auto marker =
                paging_detail::nextMarker(page.truncated, page.nextMarker, request.marker.value_or(""));
            const bool goOn = onPage(page);
            if (!marker) {
                return done(failFrom(marker));
            }
            if (!goOn || marker->empty()) {
                return done({});
            }
            if (context.cancel.isCancelled()) {
                return done(fail(ErrorCode::Cancelled, "stopped between pages"));
            }
            request.marker = std::move(*marker);
            step(self);
        }
    };
    Walk::step(std::make_shared<Walk>(
        Walk{service, std::move(request), std::move(context), std::move(onPage), std::move(done)}));
}

} // namespace keyturn::kms
