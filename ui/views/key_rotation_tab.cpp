// SPDX-License-Identifier: Apache-2.0
#include "kms/call.h"
#include "kms/error_text.h"
#include "kms/operations/delete_imported_key_material.h"
#include "kms/operations/get_key_rotation_status.h"
#include "kms/operations/list_key_rotations.h"
#include "ui/dialogs/material_dialog.h"
#include "ui/dialogs/question.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "ui/presenters/key_acts_presenter.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/type_scale.h"
#include "ui/views/key_detail_tabs.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/session.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

constexpr int onDemandRotationsForEver = 25; // kms-semantics.md section 8
enum MaterialColumn { Current, Since, Kind, Material, MaterialColumnCount };

QString kindText(const kms::RotationsListEntry &material) {
    if (material.importState && *material.importState == kms::ImportState::PENDING_IMPORT) {
        return RotationTab::tr("Missing, to be imported"); // however it came to be the key's
    }
    if (!material.rotationType) {
        const bool waits = material.keyMaterialState &&
                           *material.keyMaterialState == kms::KeyMaterialState::PENDING_ROTATION;
        return waits ? RotationTab::tr("Waits for rotation") : RotationTab::tr("First material");
    }
    return *material.rotationType == kms::RotationType::ON_DEMAND ? RotationTab::tr("On demand")
                                                                  : RotationTab::tr("Automatic");
}

} // namespace

RotationTab::RotationTab(const DialogContext &context, KeyActsPresenter *acts, QWidget *parent)
    : KeyTab(context, acts, parent)
    , m_note(new QLabel(this))
    , m_automatic(new QCheckBox(tr("Rotate automatically every"), this))
    , m_period(new QSpinBox(this))
    , m_saveSchedule(new QPushButton(tr("Save schedule"), this))
    , m_rotate(new QPushButton(tr("Rotate now\u2026"), this))
    , m_import(new QPushButton(tr("Import key material\u2026"), this))
    , m_delete(new QPushButton(tr("Delete material\u2026"), this))
    , m_materials(new QTableWidget(0, MaterialColumnCount, this))
    , m_left(new QLabel(this)) {
    m_note->setWordWrap(true);
    m_period->setRange(90, 2560);
    m_period->setValue(365);
    m_period->setSuffix(tr(" days"));
    m_period->setAccessibleName(tr("Rotation period in days"));
    m_materials->setObjectName(QStringLiteral("keyDetail.materials"));
    m_materials->setAccessibleName(tr("Key material"));
    m_materials->setHorizontalHeaderLabels({tr("Use"), tr("Since"), tr("Kind"), tr("Material id")});
    m_materials->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_materials->horizontalHeader()->setSectionResizeMode(Material, QHeaderView::Stretch);
    m_materials->verticalHeader()->hide();
    m_materials->setShowGrid(false);
    m_materials->setTabKeyNavigation(false);
    m_materials->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_materials->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_materials->setTextElideMode(Qt::ElideMiddle);
    auto *schedule = new QHBoxLayout;
    schedule->setSpacing(metric::related);
    schedule->addWidget(m_automatic);
    schedule->addWidget(m_period);
    schedule->addWidget(m_saveSchedule);
    schedule->addStretch(1);
    auto *now = new QHBoxLayout;
    now->setSpacing(metric::related);
    now->addWidget(m_rotate);
    now->addWidget(m_left);
    now->addStretch(1);
    m_import->setObjectName(QStringLiteral("keyDetail.import"));
    m_delete->setObjectName(QStringLiteral("keyDetail.deleteMaterial"));
    auto *outside = new QHBoxLayout;
    outside->setSpacing(metric::related);
    outside->addWidget(m_import);
    outside->addWidget(m_delete);
    outside->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, metric::group, 0, 0);
    layout->setSpacing(metric::related);
    layout->addWidget(m_bar);
    layout->addWidget(m_note);
    layout->addLayout(schedule);
    layout->addLayout(now);
    layout->addLayout(outside);
    layout->addWidget(m_materials, 1);
    connect(m_rotate, &QPushButton::clicked, this, &RotationTab::rotateRequested);
    connect(m_import, &QPushButton::clicked, this, &RotationTab::importMaterial);
    connect(m_delete, &QPushButton::clicked, this, &RotationTab::deleteMaterial);
    connect(m_saveSchedule, &QPushButton::clicked, this, &RotationTab::saveSchedule);
    connect(m_automatic, &QCheckBox::toggled, m_period, &QWidget::setEnabled);
}

void RotationTab::showKey(const CatalogKey &key) {
    m_keyId = key.keyId;
    m_symmetric =
        !key.metadata || !key.metadata->keySpec || *key.metadata->keySpec == kms::KeySpec::SYMMETRIC_DEFAULT;
    m_metadata = key.metadata.value_or(kms::KeyMetadata{});
    const bool external = m_metadata.origin && *m_metadata.origin == kms::OriginType::EXTERNAL;
    m_import->setVisible(external);
    m_delete->setVisible(external);
    for (QWidget *part : std::initializer_list<QWidget *>{m_automatic, m_period, m_saveSchedule}) {
        part->setVisible(!external); // the service cannot make the next material by itself
    }
    m_import->setEnabled(mayChange());
    const bool waits = m_metadata.keyState && *m_metadata.keyState == kms::KeyState::PendingImport;
    theme::setButtonKind(*m_import, waits ? theme::ButtonKind::Primary : theme::ButtonKind::Normal);
    m_delete->setEnabled(mayChange() && m_metadata.keyState && !waits);
    m_wasAutomatic = key.rotationKnown && key.rotationEnabled;
    m_automatic->setChecked(m_wasAutomatic);
    m_period->setEnabled(m_wasAutomatic);
    const bool enabled =
        key.metadata && key.metadata->keyState && *key.metadata->keyState == kms::KeyState::Enabled;
    for (QWidget *control : std::initializer_list<QWidget *>{m_automatic, m_saveSchedule, m_rotate}) {
        control->setEnabled(m_symmetric && enabled && mayChange());
    }
    m_note->setText(
        external
            ? tr("This key's material comes from outside. Keep a copy of each: what expires or is deleted "
                 "only you can import again.")
        : m_symmetric
            ? tr("Rotation makes new key material for what is encrypted from then on. Existing "
                 "ciphertext is not re-encrypted and still opens.")
            : tr("Only symmetric encryption keys rotate. To replace an asymmetric key, create a new one "
                 "and re-encrypt under it."));
}

void RotationTab::load() {
    const auto service = m_context.session->service();
    m_bar->dismiss();
    if (!service || !m_symmetric || m_keyId.empty()) {
        m_materials->setRowCount(0);
        return;
    }
    kms::ListKeyRotations::Request request;
    request.keyId = m_keyId;
    request.includeKeyMaterial = kms::IncludeKeyMaterial::ALL_KEY_MATERIAL;
    request.limit = 1000;
    kms::call<kms::ListKeyRotations>(
        *service, std::move(request), {}, this,
        [this, keyId = m_keyId](Result<kms::ListKeyRotations::Reply> reply) {
            if (keyId != m_keyId) {
                return;
            }
            if (!reply) {
                return report(fail(reply.error()));
            }
            showMaterials(reply->rotations.value_or(std::vector<kms::RotationsListEntry>{}));
        });
    kms::GetKeyRotationStatus::Request status;
    status.keyId = m_keyId;
    kms::call<kms::GetKeyRotationStatus>(
        *service, std::move(status), {}, this,
        [this, keyId = m_keyId](Result<kms::GetKeyRotationStatus::Reply> reply) {
            if (keyId == m_keyId && reply && reply->rotationPeriodInDays) {
                m_period->setValue(int(*reply->rotationPeriodInDays));
            }
        });
}

void RotationTab::showMaterials(const std::vector<kms::RotationsListEntry> &materials) {
    m_shown = materials;
    m_materials->setRowCount(static_cast<int>(materials.size()));
    int onDemand = 0;
    for (int row = 0; row < m_materials->rowCount(); ++row) {
        const kms::RotationsListEntry &material = materials[static_cast<std::size_t>(row)];
        const bool current =
            material.keyMaterialState && *material.keyMaterialState == kms::KeyMaterialState::CURRENT;
        onDemand += material.rotationType && *material.rotationType == kms::RotationType::ON_DEMAND ? 1 : 0;
        const QString id = fromUtf8(material.keyMaterialId.value_or(""));
        auto *idItem = new QTableWidgetItem(id);
        idItem->setFont(theme::font(theme::TextRole::Fixed));
        idItem->setToolTip(id);
        m_materials->setItem(row, Current,
                             new QTableWidgetItem(current ? tr("Encrypts") : tr("Decrypts only")));
        m_materials->setItem(
            row, Since,
            new QTableWidgetItem(material.rotationDate ? minuteText(*material.rotationDate) : QString()));
        m_materials->setItem(row, Kind, new QTableWidgetItem(kindText(material)));
        m_materials->setItem(row, Material, idItem);
    }
    m_left->setText(counted(std::max(0, onDemandRotationsForEver - onDemand), tr("1 rotation on demand left"),
                            tr("%1 rotations on demand left")));
}

void RotationTab::importMaterial() {
    auto *dialog = new MaterialDialog(m_context, m_metadata, !m_shown.empty(), window());
    connect(dialog, &MaterialDialog::imported, this, &RotationTab::load);
    dialog->open();
}

void RotationTab::deleteMaterial() {
    const int row = m_materials->selectedItems().isEmpty() ? -1 : m_materials->currentRow();
    const auto materialId = row < 0 || row >= int(m_shown.size()) ? std::optional<std::string>()
                                                                  : m_shown[std::size_t(row)].keyMaterialId;
    ask(window(),
        {.title = materialId ? tr("Delete this key material?") : tr("Delete the current key material?"),
         .text =
             tr("The key is of no use, for old ciphertext too, until the same material is imported again. "
                "Nobody but you has it."),
         .verb = tr("Delete material")},
        [this, materialId, keyId = m_keyId] {
            m_acts->noteAsked(kms::OperationId::DeleteImportedKeyMaterial, keyId);
            m_acts->perform(kms::AnyRequest::of<kms::DeleteImportedKeyMaterial>(
                                {.keyId = keyId, .keyMaterialId = materialId}),
                            keyId, [this, keyId](const Result<kms::AnyReply> &outcome) {
                                if (keyId == m_keyId) {
                                    report(outcome);
                                }
                            });
        });
}

void RotationTab::saveSchedule() {
    const auto done = [this](const Result<kms::AnyReply> &outcome) { report(outcome); };
    if (m_automatic->isChecked()) {
        m_acts->enableRotation(m_keyId, m_period->value(), done);
    } else {
        m_acts->disableRotation(m_keyId, done);
    }
}

} // namespace keyturn::ui
