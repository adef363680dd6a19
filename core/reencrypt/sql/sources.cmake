# SPDX-License-Identifier: Apache-2.0
set(reencrypt_sql_headers sql/row_store.h)
set(reencrypt_sql_sources)
