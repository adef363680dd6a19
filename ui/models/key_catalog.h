// SPDX-License-Identifier: Apache-2.0
// KeyCatalog: the keys and aliases of one service as the console knows them. Filled page by page in the
// background: ids first (ListKeys), aliases (ListAliases), then each key's description, visible rows first.
// One catalog per session, shared by the browser and every key picker. GUI thread. Refused calls stay with
// their row as an Error.
#pragma once

#include "base/cancel.h"
#include "base/result.h"
#include "kms/service.h"
#include "kms/structures.h"

#include <QObject>

#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace keyturn::ui {

struct CatalogKey {
    std::string keyId;
    std::string arn;
    std::vector<std::string> aliases;         ///< names with "alias/", sorted
    std::optional<kms::KeyMetadata> metadata; ///< absent until described
    std::optional<std::vector<kms::Tag>> tags;
    std::optional<Timestamp> nextRotation;
    bool rotationKnown = false;
    bool rotationEnabled = false;
    std::optional<Error> refused;     ///< why the description is missing
    std::optional<Error> tagsRefused; ///< why the tags are missing
    std::optional<Error> rotationRefused;
    std::optional<Timestamp> cachedAt; ///< from an earlier run; nothing once the service has answered

    /// The first alias without "alias/", else the key id.
    std::string displayName() const;
};

class KeyCatalog : public QObject {
    Q_OBJECT

public:
    explicit KeyCatalog(QObject *parent = nullptr);
    ~KeyCatalog() override;

    /// Starts over on another service; nullptr empties it.
    void setService(std::shared_ptr<kms::KmsService> service);
    /// Shows rows of an earlier run until the service has answered for each; those that the service has
    /// listed already are left alone.
    void showCached(std::vector<CatalogKey> keys);
    /// Rows of an earlier run that nothing has been heard of yet.
    int cachedCount() const;
    /// Asks again for everything; rows stay until their news arrive.
    void reload();
    /// Asks again for one key (after an act on it); a key that is not listed yet is added.
    void refresh(const std::string &keyId);
    /// Describes these rows before others.
    void prioritise(const std::vector<int> &rows);

    int count() const { return static_cast<int>(m_keys.size()); }
    const CatalogKey &at(int row) const { return m_keys[static_cast<std::size_t>(row)]; }
    /// The row of a key id, key ARN, alias or alias ARN that is in the catalog; -1 otherwise.
    int find(std::string_view identifier) const;
    bool isLoading() const { return m_listing || m_pendingDescriptions > 0 || !m_queue.empty(); }
    /// Everything that is shown came from the service.
    bool isComplete() const { return m_listed && !isLoading(); }
    /// Of the last listing; nothing while it works.
    const std::optional<Error> &listError() const { return m_listError; }

Q_SIGNALS:
    // Told before and after, as item models need it.
    void aboutToReset();
    void reset();
    void aboutToAddRows(int first, int last);
    void rowsAdded();
    void aboutToRemoveRows(int first, int last);
    void rowsRemoved();
    void rowChanged(int row);
    /// Progress, end of loading, or an error of the listing.
    void loadingChanged();

private:
    using AliasesByKey = std::unordered_map<std::string, std::vector<std::string>>;
    void listKeys(std::optional<std::string> marker);
    void takeKeys(const std::vector<kms::KeyListEntry> &page);
    void listAliases(std::optional<std::string> marker, AliasesByKey sofar);
    void takeAliases(AliasesByKey aliases);
    void finishListing(std::optional<Error> error);
    void removeMissing();
    void renumber();
    void describeNext();
    void describe(const std::string &keyId);
    void describeRotation(const std::string &keyId);
    void describeTags(const std::string &keyId);
    void changed(const std::string &keyId);
    CatalogKey *key(const std::string &keyId);
    void append(std::vector<CatalogKey> keys);

    std::shared_ptr<kms::KmsService> m_service;
    CancelSource m_cancel;
    std::vector<CatalogKey> m_keys;
    std::unordered_map<std::string, int> m_rows; ///< by key id
    std::unordered_map<std::string, std::string> m_aliasTargets;
    std::unordered_set<std::string> m_seen; ///< key ids of the listing under way
    std::deque<std::string> m_queue;        ///< key ids to describe
    std::optional<Error> m_listError;
    bool m_listed = false;          ///< a listing has ended well since setService
    std::uint64_t m_generation = 0; ///< answers to older questions are dropped
    int m_pendingDescriptions = 0;
    bool m_listing = false;
};

} // namespace keyturn::ui
