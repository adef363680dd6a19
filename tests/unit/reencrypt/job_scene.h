// SPDX-License-Identifier: Apache-2.0
// A job over a JSON Lines file, with its journal, its keys and a fake service that is watched. Each act opens
// the journal anew, as a program that is started again does. One thread.
#pragma once

#include "base/atomic_file.h"
#include "base/encoding.h"
#include "reencrypt/runner.h"
#include "unit/reencrypt/journal_fixture.h"
#include "unit/reencrypt/mover_scene.h"

#include <QTemporaryDir>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace keyturn::reencrypt::test {

struct JobScene {
    QTemporaryDir folder;
    MoverScene service;
    JobSpec spec;
    JobObserver observer;
    std::shared_ptr<JobRate> rate;
    int lines = 0;

    explicit JobScene(int count = 60, int batch = 10)
        : lines(count) {
        spec.name = "users";
        spec.source.kind = SourceKind::JsonLines;
        spec.source.paths = {"users.jsonl"};
        spec.finder.blob = "/secret";
        auto id = ContextTemplate::parse("{/id}");
        spec.context.pairs = {{"id", id ? *id : ContextTemplate()}};
        spec.sourceKeys = {service.oldKey};
        spec.destinationKey = service.newKey;
        spec.safety.batchItems = static_cast<std::uint32_t>(batch);
        std::ofstream out(users());
        for (int line = 0; line < count; ++line) {
            out << "{\"id\": \"" << line << "\", \"secret\": \"" << toBase64(blob(line))
                << "\", \"n\":  1}\n";
        }
    }

    std::filesystem::path users() const { return path("users.jsonl"); }
    std::filesystem::path journalFile() const { return path("users.journal"); }
    std::filesystem::path path(const std::string &name) const {
        return folder.path().toStdString() + "/" + name;
    }
    std::string content() const {
        std::ifstream in(users(), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    Bytes blob(int line) const {
        return encryptAt(*service.kms, service.oldKey, plaintext(line), {{"id", std::to_string(line)}});
    }
    /// With a byte that no text has: ciphertexts of the fake hold it openly, and those of a KMS are no text.
    static std::string plaintext(int line) { return "secret " + std::to_string(line) + '\xff'; }

    JobParts parts() const {
        JobParts made;
        made.services = service.services;
        made.rate = rate;
        made.base = folder.path().toStdString();
        made.observer = observer;
        return made;
    }
    Result<std::unique_ptr<Journal>> journal() const {
        return std::filesystem::exists(journalFile())
                   ? Journal::open(journalFile(), journalKey(), systemClock())
                   : Journal::create(journalFile(), spec, journalKey(), "file", systemClock());
    }
    std::unique_ptr<JobRunner> runner() const {
        auto opened = journal();
        return opened ? std::make_unique<JobRunner>(std::move(*opened), parts()) : nullptr;
    }
    Status act(Status (JobRunner::*what)()) const {
        const auto made = runner();
        return made ? (*made.*what)() : Status(fail(ErrorCode::IoFailed, "no journal"));
    }
    Status run() const { return act(&JobRunner::run); }
    JournalHead head() const {
        auto peeked = Journal::peek(journalFile());
        return peeked ? *peeked : JournalHead();
    }
    /// How many lines hold what they should, under that key; the rest of each line as it was.
    int linesUnder(const std::string &key) const {
        std::ifstream in(users());
        int count = 0;
        int number = 0;
        for (std::string line; std::getline(in, line); ++number) {
            const std::string front = "{\"id\": \"" + std::to_string(number) + "\", \"secret\": \"";
            const std::string back = "\", \"n\":  1}";
            if (!line.starts_with(front) || !line.ends_with(back)) {
                continue;
            }
            const auto text = line.substr(front.size(), line.size() - front.size() - back.size());
            const auto ciphertext = fromBase64(text);
            const std::string id = std::to_string(number);
            count +=
                ciphertext && decryptAt(*service.kms, key, *ciphertext, {{"id", id}}) == plaintext(number)
                    ? 1
                    : 0;
        }
        return number == lines ? count : -1;
    }
};

} // namespace keyturn::reencrypt::test
