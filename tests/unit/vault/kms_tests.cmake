# SPDX-License-Identifier: Apache-2.0
# VaultKms, through KmsService.
keyturn_test(tst_kms_asymmetric SOURCES tst_kms_asymmetric.cpp kms_vault.h LIBRARIES keyturn::vault LABELS unit differential)
foreach(test tst_kms_cryptography tst_kms_data_keys tst_kms_due_work tst_kms_grants tst_kms_keys tst_kms_last_use tst_kms_names tst_kms_multi_region tst_kms_permissions tst_kms_records tst_kms_regions tst_kms_rsa
             tst_kms_threads tst_golden)
  keyturn_test(${test} SOURCES ${test}.cpp kms_vault.h LIBRARIES keyturn::vault LABELS unit)
endforeach()
foreach(test tst_kms_import tst_kms_import_life tst_kms_import_regions)
  keyturn_test(${test} SOURCES ${test}.cpp import_fixture.h kms_vault.h LIBRARIES keyturn::vault LABELS unit)
endforeach()
keyturn_test(tst_kms_import_differential SOURCES tst_kms_import_differential.cpp import_fixture.h kms_vault.h
  LIBRARIES keyturn::vault LABELS unit differential)
keyturn_test(tst_key_rotation_regions SOURCES tst_key_rotation_regions.cpp kms_vault.h LIBRARIES keyturn::vault LABELS unit)
