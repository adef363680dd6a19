# SPDX-License-Identifier: Apache-2.0
set(reencrypt_records_headers records/record_reader.h)
set(reencrypt_records_sources)
