tdata "aws_kms_secrets" "x" {
  secret {
    payload = "AQICAHirq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urqwHNzc3Nzc3Nzc3Nzc3Nzc3NAAAAfjB8BgkqhkiG9w0BBwagbzBtAgEAMGgGCSqGSIb3DQEHATAeBglghkgBZQMEAS4wEQQMERERERERERERERERAgEQgDsiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIg=="
    context = { foo = "bar", "a b" = "c" } # }
  }
}
