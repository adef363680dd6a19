// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/history_presenter.h"

#include "kms/call.h"
#include "ui/models/key_words.h"

#include <QPointer>

namespace keyturn::ui {

HistoryPresenter::HistoryPresenter(workspace::HistoryPlace place, keychain::Keychain *keychain,
                                   QObject *parent)
    : QObject(parent)
    , m_place(std::move(place))
    , m_keychain(keychain)
    , m_worker(std::make_unique<workspace::Worker>()) {}

HistoryPresenter::~HistoryPresenter() {
    m_cancel.cancel();
    m_worker.reset();
}

void HistoryPresenter::cancel() {
    m_cancel.cancel();
    ++m_serial; // its answer is for nobody
    end();
}

void HistoryPresenter::end() {
    if (std::exchange(m_busy, false)) {
        Q_EMIT busyChanged();
    }
}

void HistoryPresenter::run(Act act) {
    m_cancel.cancel();
    m_cancel = CancelSource();
    const auto serial = ++m_serial;
    if (!std::exchange(m_busy, true)) {
        Q_EMIT busyChanged();
    }
    if (std::error_code none; !std::filesystem::exists(m_place.file, none)) {
        m_key.reset();
        end();
        Q_EMIT nothingThere();
        return;
    }
    if (m_key) {
        return runWith(serial, std::move(act));
    }
    workspace::obtainHistoryKey(m_place, workspace::journalKeychainOrNone(m_keychain),
                                [self = QPointer<HistoryPresenter>(this), serial,
                                 act = std::move(act)](Result<history::HistoryKey> key) mutable {
                                    if (!self || serial != self->m_serial) {
                                        return;
                                    }
                                    if (!key) {
                                        self->end();
                                        Q_EMIT self->failed(key.error());
                                        return;
                                    }
                                    self->m_key = std::make_shared<const SecretBytes>(std::move(key->key));
                                    self->runWith(serial, std::move(act));
                                });
}

void HistoryPresenter::runWith(std::uint64_t serial, Act act) {
    m_worker->run([this, serial, act = std::move(act), key = m_key, cancel = m_cancel.token(),
                   delivery = kms::Delivery(this)] {
        auto tell = act(key->view(), cancel);
        delivery.post([this, serial, tell = std::move(tell)] {
            if (serial == m_serial) {
                end();
                tell();
            }
        });
    });
}

void HistoryPresenter::list(const history::HistoryFilter &filter) {
    run([this, place = m_place, filter](ByteView key, const CancelToken &cancel) -> std::function<void()> {
        auto list = std::make_shared<Result<workspace::HistoryList>>(
            workspace::listHistory(place, key, filter, shownAtMost, cancel));
        return [this, list] {
            if (*list) {
                Q_EMIT listed(**list);
            } else {
                Q_EMIT failed(list->error());
            }
        };
    });
}

void HistoryPresenter::check() {
    run([this, place = m_place](ByteView key, const CancelToken &) -> std::function<void()> {
        auto check = std::make_shared<Result<workspace::HistoryCheck>>(workspace::checkHistory(place, key));
        return [this, check] {
            if (*check) {
                Q_EMIT checked(**check);
            } else {
                Q_EMIT failed(check->error());
            }
        };
    });
}

void HistoryPresenter::exportTo(const history::HistoryFilter &filter, const std::filesystem::path &file) {
    run([this, place = m_place, filter, file](ByteView key,
                                              const CancelToken &cancel) -> std::function<void()> {
        auto lines = std::make_shared<Result<std::uint64_t>>(
            workspace::exportHistory(place, key, filter, file, true, cancel));
        return [this, file, lines] {
            if (*lines) {
                Q_EMIT exported(fromUtf8(file.string()), **lines);
            } else {
                Q_EMIT failed(lines->error());
            }
        };
    });
}

} // namespace keyturn::ui
