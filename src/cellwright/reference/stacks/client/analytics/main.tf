data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition

  # Databases of Glue have no hyphens; clients' names have no underscores, so two can't become one.
  database = "client_${replace(var.name, "-", "_")}"
}

resource "aws_glue_catalog_database" "this" {
  name         = local.database
  description  = "What ${var.name} can query"
  location_uri = "s3://${var.bucket}/${var.prefix}/"
}

# What Glue itself writes: objects, logs, and where its jobs were.
resource "aws_glue_security_configuration" "this" {
  name = "client-${var.name}"

  encryption_configuration {
    s3_encryption {
      s3_encryption_mode = "SSE-KMS"
      kms_key_arn        = var.kms_key_arn
    }

    cloudwatch_encryption {
      cloudwatch_encryption_mode = "SSE-KMS"
      kms_key_arn                = var.kms_key_arn
    }

    job_bookmarks_encryption {
      job_bookmarks_encryption_mode = "CSE-KMS"
      kms_key_arn                   = var.kms_key_arn
    }
  }
}

# Made here rather than by Glue, which would keep it for ever. The name is Glue's: role, then security configuration.
resource "aws_cloudwatch_log_group" "crawler" {
  count = var.crawler == null ? 0 : 1

  name              = "/aws-glue/crawlers-role/${aws_iam_role.crawler[0].name}-${aws_glue_security_configuration.this.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.encrypt_logs ? var.kms_key_arn : null
}

resource "aws_glue_crawler" "this" {
  count = var.crawler == null ? 0 : 1

  name                   = "client-${var.name}"
  description            = "Finds tables of ${var.name}"
  database_name          = aws_glue_catalog_database.this.name
  role                   = aws_iam_role.crawler[0].arn
  security_configuration = aws_glue_security_configuration.this.name
  schedule               = var.crawler.schedule

  s3_target {
    path = "s3://${var.bucket}/${var.prefix}/"
  }

  # What has gone from the bucket is marked in the catalogue, not forgotten.
  schema_change_policy {
    delete_behavior = "DEPRECATE_IN_DATABASE"
    update_behavior = "UPDATE_IN_DATABASE"
  }

  depends_on = [aws_iam_role_policy.crawler, aws_cloudwatch_log_group.crawler]
}

resource "aws_athena_workgroup" "this" {
  name        = "client-${var.name}"
  description = "Queries of ${var.name}"

  configuration {
    # Whoever queries can't choose another place or another key.
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.scan_limit_gib * 1024 * 1024 * 1024

    result_configuration {
      output_location       = "s3://${aws_s3_bucket.results.id}/results/"
      expected_bucket_owner = local.account

      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = var.kms_key_arn
      }
    }
  }
}
