// SPDX-License-Identifier: Apache-2.0
#include "ui/views/key_grants_tab.h"

#include "kms/call.h"
#include "kms/operations/list_grants.h"
#include "kms/operations/retire_grant.h"
#include "kms/operations/revoke_grant.h"
#include "kms/paging.h"
#include "ui/dialogs/grant_dialog.h"
#include "ui/dialogs/question.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "ui/presenters/grant_form.h"
#include "ui/presenters/key_acts_presenter.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/session.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

enum Column { Grantee, Operations, Constraint, Since, ColumnCount };

QString operationsText(const kms::GrantListEntry &grant) {
    QStringList names;
    for (const auto &each : grant.operations.value_or(std::vector<kms::Open<kms::GrantOperation>>{})) {
        names += fromUtf8(each.text());
    }
    return names.join(QStringLiteral(", "));
}

/// The name at an ARN's end says more than its beginning, which is the same in every row.
QString shortPrincipal(const QString &principal) {
    return principal.startsWith(u"arn:") ? principal.section(u':', 5) : principal;
}

} // namespace

GrantsTab::GrantsTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent)
    : KeyTab(context, acts, parent)
    , m_table(new QTableWidget(0, ColumnCount, this))
    , m_empty(new QLabel(tr("Nobody holds a grant for this key. A grant lets one principal use it without a "
                            "change of its policy."),
                         this))
    , m_selected(new QLabel(this))
    , m_create(new QPushButton(tr("Create grant\u2026"), this))
    , m_retire(new QPushButton(tr("Retire\u2026"), this))
    , m_revoke(new QPushButton(tr("Revoke\u2026"), this)) {
    makeTable();
    auto *line = new QHBoxLayout;
    line->setSpacing(metric::related);
    line->addWidget(m_create);
    line->addStretch(1);
    line->addWidget(m_retire);
    line->addWidget(m_revoke);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, metric::group, 0, 0);
    layout->setSpacing(metric::related);
    layout->addWidget(m_bar);
    layout->addWidget(m_empty);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_selected);
    layout->addStretch(0); // when there is no table
    layout->addLayout(line);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &GrantsTab::showSelected);
    connect(m_create, &QPushButton::clicked, this, &GrantsTab::create);
    connect(m_retire, &QPushButton::clicked, this, [this] { end(true); });
    connect(m_revoke, &QPushButton::clicked, this, [this] { end(false); });
}

GrantsTab::~GrantsTab() {
    m_reading.cancel();
}

void GrantsTab::makeTable() {
    m_table->setObjectName(QStringLiteral("grants.table"));
    m_table->setAccessibleName(tr("Grants of this key"));
    m_table->setHorizontalHeaderLabels({tr("For"), tr("Operations"), tr("Constraint"), tr("Since")});
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setWordWrap(false);
    m_empty->setWordWrap(true);
    m_empty->hide();
    m_selected->setObjectName(QStringLiteral("grants.selected"));
    m_selected->setWordWrap(true);
    m_selected->setTextFormat(Qt::PlainText);
    m_selected->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_selected->hide();
    m_create->setObjectName(QStringLiteral("grants.create"));
    m_retire->setObjectName(QStringLiteral("grants.retire"));
    m_retire->setToolTip(tr("Ends the grant as the one who may retire it."));
    m_revoke->setObjectName(QStringLiteral("grants.revoke"));
    m_revoke->setToolTip(tr("Ends the grant as the one in charge of the key."));
}

void GrantsTab::showKey(const CatalogKey &key) {
    const bool another = m_keyId != key.keyId;
    m_keyId = key.keyId;
    m_arn = key.arn;
    m_metadata = key.metadata.value_or(kms::KeyMetadata{});
    if (another) {
        m_reading.cancel();
        m_loaded.clear();
        m_bar->dismiss();
        showGrants({});
        m_empty->hide();
    }
    m_create->setEnabled(mayChange() && key.metadata.has_value());
}

void GrantsTab::load() {
    if (m_loaded != m_keyId) {
        reload();
    }
}

void GrantsTab::reload() {
    const auto service = m_context.session->service();
    if (!service || m_keyId.empty()) {
        return;
    }
    m_reading.cancel();
    m_reading = CancelSource();
    kms::CallContext context;
    context.cancel = m_reading.token();
    context.principal.program = "console";
    kms::ListGrants::Request request;
    request.keyId = m_keyId;
    request.limit = 100;
    const auto found = std::make_shared<std::vector<kms::GrantListEntry>>();
    kms::listAll<kms::ListGrants>(
        *service, std::move(request), std::move(context),
        [found](kms::ListGrants::Reply &page) {
            for (auto &grant : page.grants.value_or(std::vector<kms::GrantListEntry>{})) {
                found->push_back(std::move(grant));
            }
            return true;
        },
        [this, found, keyId = m_keyId, delivery = kms::Delivery(this)](Status listed) {
            delivery.post([this, found, keyId, listed = std::move(listed)] {
                if (keyId != m_keyId || (!listed && listed.error().code == ErrorCode::Cancelled)) {
                    return;
                }
                if (!listed) {
                    return report(fail(listed.error()));
                }
                m_loaded = keyId;
                showGrants(std::move(*found));
            });
        });
}

void GrantsTab::showGrants(std::vector<kms::GrantListEntry> grants) {
    m_grants = std::move(grants);
    m_table->setRowCount(int(m_grants.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const kms::GrantListEntry &grant = m_grants[std::size_t(row)];
        const QString cells[] = {shortPrincipal(granteeText(grant)), operationsText(grant),
                                 grantConstraintText(grant),
                                 grant.creationDate ? minuteText(*grant.creationDate) : QString()};
        for (int column = 0; column < ColumnCount; ++column) {
            auto *item = new QTableWidgetItem(cells[column]);
            item->setToolTip(column == Grantee ? granteeText(grant) : cells[column]);
            m_table->setItem(row, column, item);
        }
    }
    m_table->resizeColumnToContents(Grantee);
    m_table->setVisible(!m_grants.empty());
    m_empty->setVisible(m_grants.empty());
    showSelected();
}

const kms::GrantListEntry *GrantsTab::selected() const {
    const int row = m_table->selectedItems().isEmpty() ? -1 : m_table->currentRow();
    return row < 0 || row >= int(m_grants.size()) ? nullptr : &m_grants[std::size_t(row)];
}

void GrantsTab::showSelected() {
    const kms::GrantListEntry *grant = selected();
    m_retire->setEnabled(grant != nullptr && mayChange());
    m_revoke->setEnabled(grant != nullptr && mayChange());
    m_selected->setVisible(grant != nullptr);
    if (grant == nullptr) {
        return m_selected->clear();
    }
    QStringList lines;
    const QString name = fromUtf8(grant->name.value_or(""));
    lines += name.isEmpty() ? tr("Grant %1").arg(fromUtf8(grant->grantId.value_or("")))
                            : tr("\u201c%1\u201d, grant %2").arg(name, fromUtf8(grant->grantId.value_or("")));
    lines += tr("For %1: %2.").arg(granteeText(*grant), operationsText(*grant));
    lines += tr("Constraint: %1.").arg(grantConstraintText(*grant));
    const std::string retiring =
        grant->retiringPrincipal.value_or(grant->retiringServicePrincipal.value_or(""));
    if (!retiring.empty()) {
        lines += tr("Can be retired by %1.").arg(fromUtf8(retiring));
    }
    m_selected->setText(lines.join(u'\n'));
}

void GrantsTab::create() {
    auto *dialog = new GrantDialog(m_context, m_acts, m_metadata, m_arn, window());
    connect(dialog, &GrantDialog::created, this, &GrantsTab::reload);
    dialog->open();
}

void GrantsTab::end(bool retire) {
    const kms::GrantListEntry *grant = selected();
    if (grant == nullptr) {
        return;
    }
    const std::string grantId = grant->grantId.value_or("");
    Question question{.title = retire ? tr("Retire this grant?") : tr("Revoke this grant?"),
                      .text =
                          tr("%1 can then no longer use the key by it. It cannot be brought back, only made "
                             "anew.")
                              .arg(granteeText(*grant)),
                      .verb = retire ? tr("Retire grant") : tr("Revoke grant")};
    ask(window(), question, [this, retire, grantId, keyId = m_keyId, arn = m_arn] {
        kms::AnyRequest request;
        if (retire) { // documented with a key ARN
            request = kms::AnyRequest::of<kms::RetireGrant>({.keyId = arn, .grantId = grantId});
            m_acts->noteAsked(kms::OperationId::RetireGrant, arn);
        } else {
            request = kms::AnyRequest::of<kms::RevokeGrant>({.keyId = keyId, .grantId = grantId});
            m_acts->noteAsked(kms::OperationId::RevokeGrant, keyId);
        }
        m_acts->perform(std::move(request), keyId, [this, keyId](const Result<kms::AnyReply> &outcome) {
            if (keyId == m_keyId) {
                report(outcome);
                reload();
            }
        });
    });
}

} // namespace keyturn::ui
