# SPDX-License-Identifier: Apache-2.0
set(reencrypt_campaign_headers campaign/campaign.h campaign/campaign_record.h)
set(reencrypt_campaign_sources
  campaign/campaign.cpp campaign/campaign_file.cpp campaign/campaign_record.cpp campaign/campaign_steps.cpp
  campaign/campaign_words.cpp)
