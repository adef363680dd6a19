// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/offline_copies_presenter.h"

#include "kms/call.h"
#include "ui/models/key_words.h"
#include "workspace/history_access.h"
#include "workspace/session.h"

#include <QPointer>

namespace keyturn::ui {

using workspace::OfflineCopyFacts;

OfflineCopiesPresenter::OfflineCopiesPresenter(keychain::Keychain *keychain, std::filesystem::path folder,
                                               QObject *parent)
    : QObject(parent)
    , m_keychain(keychain)
    , m_folder(folder.empty() ? workspace::offlineCopiesFolder() : std::move(folder))
    , m_worker(std::make_unique<workspace::Worker>()) {}

OfflineCopiesPresenter::~OfflineCopiesPresenter() {
    m_cancel.cancel();
    m_worker.reset();
}

std::uint64_t OfflineCopiesPresenter::begin() {
    m_cancel.cancel();
    m_cancel = CancelSource();
    if (!std::exchange(m_busy, true)) {
        Q_EMIT busyChanged();
    }
    return ++m_serial;
}

void OfflineCopiesPresenter::end() {
    if (std::exchange(m_busy, false)) {
        Q_EMIT busyChanged();
    }
}

void OfflineCopiesPresenter::cancel() {
    m_cancel.cancel(); // who works says that it was stopped
}

void OfflineCopiesPresenter::run(std::uint64_t serial, Act act) {
    m_worker->run(
        [this, serial, act = std::move(act), cancel = m_cancel.token(), delivery = kms::Delivery(this)] {
            auto tell = act(cancel);
            delivery.post([this, serial, tell = std::move(tell)] {
                if (serial == m_serial) {
                    end();
                    tell();
                }
            });
        });
}

void OfflineCopiesPresenter::withKey(std::uint64_t serial, const std::string &source, WithKey next) {
    if (const auto known = m_keys.find(source); known != m_keys.end()) {
        return next(known->second);
    }
    workspace::obtainOfflineCopyKey(source, workspace::journalKeychainOrNone(m_keychain),
                                    [self = QPointer<OfflineCopiesPresenter>(this), serial,
                                     next = std::move(next)](Result<workspace::JournalKey> key) {
                                        if (!self || serial != self->m_serial) {
                                            return;
                                        }
                                        if (!key) {
                                            return next(failFrom(key));
                                        }
                                        auto kept =
                                            std::make_shared<const workspace::JournalKey>(std::move(*key));
                                        self->m_keys[kept->source] = kept;
                                        next(Key(std::move(kept)));
                                    });
}

void OfflineCopiesPresenter::withKeyOf(std::uint64_t serial, const std::filesystem::path &copy,
                                       std::function<void(Key)> next) {
    auto source = workspace::offlineCopyKeySource(copy);
    const auto refuse = [this](const Error &error) {
        end();
        Q_EMIT failed(error);
    };
    if (!source) {
        return refuse(source.error());
    }
    withKey(serial, *source, [refuse, next = std::move(next)](const Result<Key> &key) {
        key ? next(*key) : refuse(key.error());
    });
}

void OfflineCopiesPresenter::take(workspace::Session &session) {
    const auto serial = begin();
    workspace::OfflineCopyWish wish;
    wish.facts.program = "console";
    wish.facts.profile = session.profile().name;
    wish.facts.endpoint = session.profile().endpointUrl;
    if (const auto url = workspace::endpointUrlOf(session.profile()); wish.facts.endpoint.empty() && url) {
        wish.facts.endpoint = *url;
    }
    wish.facts.region = session.profile().region;
    wish.folder = m_folder;
    wish.clockOffset = session.clockOffsetSource();
    wish.cancel = m_cancel.token();
    wish.progress = [this, serial, delivery = kms::Delivery(this)](const ProgressReport &report) {
        delivery.post([this, serial, report] {
            if (serial == m_serial && m_busy) {
                Q_EMIT progressed(report.done, report.total, fromUtf8(report.step));
            }
        });
    };
    withKey(serial, {}, [this, serial, wish, service = session.service()](const Result<Key> &key) {
        if (!key) {
            end();
            Q_EMIT failed(key.error());
            return;
        }
        run(serial, [this, wish, service, key = *key](const CancelToken &) -> std::function<void()> {
            auto facts =
                std::make_shared<Result<OfflineCopyFacts>>(workspace::takeOfflineCopy(*service, wish, *key));
            return [this, facts] {
                if (*facts) {
                    Q_EMIT taken(**facts);
                } else {
                    Q_EMIT failed(facts->error());
                }
            };
        });
    });
}

void OfflineCopiesPresenter::list() {
    const auto serial = begin();
    listNext(serial, std::make_shared<std::vector<Entry>>(), workspace::keptCopies(m_folder));
}

/// One after the other, since each may have a key of its own.
void OfflineCopiesPresenter::listNext(std::uint64_t serial, std::shared_ptr<std::vector<Entry>> found,
                                      std::vector<workspace::KeptCopy> left) {
    if (left.empty()) {
        end();
        Q_EMIT listed(*found);
        return;
    }
    const workspace::KeptCopy kept = left.front();
    left.erase(left.begin());
    const auto goOn = [this, serial, found, kept, left](Result<OfflineCopyFacts> facts) {
        found->push_back({kept, std::move(facts)});
        listNext(serial, found, left);
    };
    auto source = workspace::offlineCopyKeySource(kept.file);
    if (!source) {
        return goOn(failFrom(source));
    }
    withKey(serial, *source, [this, serial, kept, goOn](const Result<Key> &key) {
        if (!key) {
            return goOn(fail(key.error()));
        }
        m_worker->run([this, serial, kept, goOn, key = *key, delivery = kms::Delivery(this)] {
            auto read = workspace::readOfflineCopy(kept.file, key->key.view());
            auto facts = std::make_shared<Result<OfflineCopyFacts>>(
                read ? Result<OfflineCopyFacts>(std::move(read->facts)) : failFrom(read));
            delivery.post([this, serial, goOn, facts] {
                if (serial == m_serial) {
                    goOn(std::move(*facts));
                }
            });
        });
    });
}

void OfflineCopiesPresenter::open(const std::filesystem::path &file) {
    const auto serial = begin();
    withKeyOf(serial, file, [this, serial, file](const Key &key) {
        run(serial, [this, file, key](const CancelToken &) -> std::function<void()> {
            auto copy = std::make_shared<Result<workspace::OfflineCopy>>(
                workspace::readOfflineCopy(file, key->key.view()));
            return [this, copy] {
                if (*copy) {
                    Q_EMIT opened(**copy);
                } else {
                    Q_EMIT failed(copy->error());
                }
            };
        });
    });
}

void OfflineCopiesPresenter::exportTo(const std::filesystem::path &copy, const std::filesystem::path &file) {
    const auto serial = begin();
    withKeyOf(serial, copy, [this, serial, copy, file](const Key &key) {
        run(serial, [this, copy, file, key](const CancelToken &) -> std::function<void()> {
            auto written =
                std::make_shared<Status>(workspace::exportOfflineCopy(copy, key->key.view(), file));
            return [this, file, written] {
                if (*written) {
                    Q_EMIT exported(fromUtf8(file.string()));
                } else {
                    Q_EMIT failed(written->error());
                }
            };
        });
    });
}

void OfflineCopiesPresenter::remove(const std::filesystem::path &copy) {
    const auto serial = begin();
    run(serial, [this, copy](const CancelToken &) -> std::function<void()> {
        std::error_code fault;
        std::filesystem::remove(copy, fault);
        return [this, fault] {
            if (fault) {
                Q_EMIT failed(
                    clientError(ErrorCode::IoFailed, "The copy was not deleted: " + fault.message()));
            } else {
                Q_EMIT removed();
            }
        };
    });
}

} // namespace keyturn::ui
