// SPDX-License-Identifier: Apache-2.0
// A journal in a folder of its own, with a job that checks. One thread.
#pragma once

#include "reencrypt/journal.h"

#include <QTemporaryDir>

#include <string>

namespace keyturn::reencrypt::test {

inline JobSpec journalSpec() {
    JobSpec spec;
    spec.name = "users";
    spec.source.kind = SourceKind::JsonLines;
    spec.source.paths = {"users.jsonl"};
    spec.finder.blob = "/blob";
    spec.destinationKey = "alias/new";
    return spec;
}

inline SecretBytes journalKey(std::uint8_t fill = 7) {
    SecretBytes key(32);
    std::fill_n(key.data(), key.size(), fill);
    return key;
}

inline ItemRecord itemOf(const std::string &part, ItemState state, Cause cause = Cause::None) {
    ItemRecord item;
    item.place = {"users.jsonl", part, 12};
    item.state = state;
    item.cause = cause;
    item.sourceKey = "arn:aws:kms:eu-central-1:111122223333:key/old";
    item.destinationKey = "arn:aws:kms:eu-central-1:111122223333:key/new";
    item.before = Digest{1, 2, 3};
    item.requestId = "request-" + part;
    return item;
}

inline Bytes bodyOf(const std::string &head, const std::vector<ItemRecord> &items) {
    Bytes body = toBytes(head);
    appendItems(body, items);
    return body;
}

struct JournalFolder {
    QTemporaryDir folder;
    std::filesystem::path file() const { return folder.path().toStdString() + "/users.ktj"; }

    Result<std::unique_ptr<Journal>> create() const {
        return Journal::create(file(), journalSpec(), journalKey(), "file", systemClock());
    }
    Result<std::unique_ptr<Journal>> open(std::uint8_t fill = 7) const {
        return Journal::open(file(), journalKey(fill), systemClock());
    }
};

} // namespace keyturn::reencrypt::test
