// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/job_pages.h"
#include "ui/widgets/form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace keyturn::ui {
namespace {

constexpr int batchMost = 1000;
constexpr int inFlightMost = 1024;
constexpr int rateMost = 1'000'000;

QSpinBox *makeNumber(const char *name, int least, int most, const QString &special, QWidget *parent) {
    auto *number = new QSpinBox(parent);
    number->setObjectName(QString::fromLatin1(name));
    number->setRange(least, most);
    number->setSpecialValueText(special);
    number->setGroupSeparatorShown(true);
    return number;
}

/// Never 0 for a slow one: that would be no ceiling.
int shownRate(double perSecond) {
    return static_cast<int>(std::ceil(perSecond));
}

} // namespace

JobSafetyPage::JobSafetyPage(bool inVault, QWidget *parent)
    : JobPageWidget(parent)
    , m_inVault(inVault)
    , m_dryRun(new QCheckBox(tr("Dry run: do everything but write"), this))
    , m_backup(new QCheckBox(tr("Keep what is needed to undo until the job is finalised"), this))
    , m_batch(makeNumber("job.batch", 1, batchMost, {}, this))
    , m_inFlight(makeNumber("job.inFlight", 1, inFlightMost, {}, this))
    , m_rate(makeNumber("job.rate", 0, rateMost, tr("No ceiling"), this))
    , m_stopAfter(makeNumber("job.stopAfter", 0, std::numeric_limits<int>::max(), tr("Never"), this))
    , m_verify(new QComboBox(this)) {
    m_dryRun->setObjectName(QStringLiteral("job.dryRun"));
    m_backup->setObjectName(QStringLiteral("job.backup"));
    m_verify->setObjectName(QStringLiteral("job.verify"));
    using reencrypt::Verification;
    if (!inVault) {
        m_verify->addItem(tr("The answer's key ids"), int(Verification::Reply));
        m_verify->addItem(tr("One more re-encryption of each new ciphertext"), int(Verification::ReEncrypt));
    }
    m_verify->addItem(inVault ? tr("Every item is decrypted and compared")
                              : tr("Decrypt and compare: brings plaintext to this machine"),
                      int(Verification::Decrypt));
    m_verify->setEnabled(!inVault);
    form()->addField(m_dryRun);
    form()->addField(m_backup);
    form()->addRow(tr("Proof"), m_verify);
    form()->addRow(tr("Items in a batch"), m_batch, tr("Stopping waits for the batch under way."));
    form()->addRow(tr("Calls at once"), m_inFlight);
    form()->addRow(tr("Calls per second"), m_rate,
                   inVault ? QString() : tr("AWS services share the account's quota with this job."));
    form()->addRow(tr("Stop after failures"), m_stopAfter);
    column()->addStretch(1);
    bind(QStringLiteral("safety.batch"), m_batch);
    bind(QStringLiteral("safety.in-flight"), m_inFlight);
    bind(QStringLiteral("safety.rate"), m_rate);
    bind(QStringLiteral("safety.stop-after-failures"), m_stopAfter);
    bind(QStringLiteral("verify"), m_verify);
    for (QSpinBox *each : {m_batch, m_inFlight, m_rate, m_stopAfter}) {
        watch(each);
    }
    watch(m_dryRun);
    watch(m_backup);
    watch(m_verify);
}

QWidget *JobSafetyPage::firstField() const {
    return m_dryRun;
}

void JobSafetyPage::load(const reencrypt::JobSpec &spec) {
    const QSignalBlocker quiet(this);
    const reencrypt::SafetySpec &safety = spec.safety;
    m_dryRun->setChecked(safety.dryRun);
    m_backup->setChecked(safety.backup);
    m_batch->setValue(static_cast<int>(safety.batchItems));
    m_inFlight->setValue(static_cast<int>(safety.inFlight));
    m_givenRate = safety.perSecond;
    m_rate->setValue(shownRate(m_givenRate));
    m_stopAfter->setValue(
        static_cast<int>(std::min<std::uint64_t>(safety.stopAfterFailures, std::numeric_limits<int>::max())));
    m_verify->setCurrentIndex(std::max(
        0, m_verify->findData(int(m_inVault ? reencrypt::Verification::Decrypt : spec.verification))));
}

void JobSafetyPage::store(reencrypt::JobSpec &spec) const {
    reencrypt::SafetySpec &safety = spec.safety;
    safety.dryRun = m_dryRun->isChecked();
    safety.backup = m_backup->isChecked();
    safety.batchItems = static_cast<std::uint32_t>(m_batch->value());
    safety.inFlight = static_cast<std::uint32_t>(m_inFlight->value());
    safety.perSecond = m_rate->value() == shownRate(m_givenRate) ? m_givenRate : m_rate->value();
    safety.rateGiven = true;
    safety.stopAfterFailures = static_cast<std::uint64_t>(m_stopAfter->value());
    spec.verification = static_cast<reencrypt::Verification>(m_verify->currentData().toInt());
}

} // namespace keyturn::ui
