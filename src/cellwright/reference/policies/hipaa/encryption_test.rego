package hipaa.encryption_test

import data.hipaa.examples_test as ex
import rego.v1

key := "arn:aws:kms:us-east-1:1:key/a"

stored := {"storage_encrypted": true, "kms_key_id": key}

denied := [
	["aws_s3_bucket", {"bucket": "medloop-acme"}, "no default encryption"],
	["aws_s3_directory_bucket", {"bucket": "medloop-acme"}, "no default encryption"],
	["aws_s3_object", {"server_side_encryption": "AES256"}, "its bucket's key"],
	["aws_db_instance", {"engine": "postgres", "storage_encrypted": false}, "`storage_encrypted` is not on"],
	["aws_rds_cluster", {"engine": "aurora-mysql", "kms_key_id": key}, "`storage_encrypted` is not on"],
	["aws_docdb_cluster", {"kms_key_id": key}, "`storage_encrypted` is not on"],
	["aws_neptune_cluster", {"storage_encrypted": true}, "`kms_key_arn` is not set"],
	["aws_rds_cluster", {"storage_encrypted": true, "kms_key_id": "alias/aws/rds"}, "`kms_key_id` is not set"],
	["aws_ebs_volume", {"encrypted": true}, "`kms_key_id` is not set"],
	["aws_elasticache_cluster", {"engine": "redis"}, "aws_elasticache_replication_group"],
	["aws_rds_global_cluster", {}, "`storage_encrypted` is not on"],
	["aws_kms_key", {"enable_key_rotation": false}, "`enable_key_rotation` is not on"],
	["aws_ebs_encryption_by_default", {"enabled": false}, "leaves new volumes"],
	["aws_fsx_windows_file_system", {}, "`kms_key_id` is not set"],
	["aws_fsx_lustre_file_system", {"kms_key_id": null}, "`kms_key_id` is not set"],
	["aws_fsx_ontap_file_system", {"kms_key_id": "arn:aws:kms:us-east-1:1:alias/aws/fsx"}, "`kms_key_id` is not set"],
	["aws_memorydb_cluster", {}, "`kms_key_arn` is not set"],
	["aws_sns_topic", {"kms_master_key_id": "alias/aws/sns"}, "`kms_master_key_id` is not set"],
	["aws_ssm_parameter", {"type": "SecureString"}, "SecureString"],
	["aws_kinesis_stream", {"encryption_type": "NONE", "kms_key_id": key}, "`encryption_type`"],
	["aws_workspaces_workspace", {"volume_encryption_key": key, "root_volume_encryption_enabled": true}, "`user_volume_encryption_enabled` is not on"],
	["aws_dynamodb_table", {"server_side_encryption": [{"enabled": true}]}, "no encryption with a key"],
	["aws_dynamodb_table", {"server_side_encryption": [{"enabled": false, "kms_key_arn": key}]}, "no encryption with a key"],
	["aws_opensearch_domain", {"encrypt_at_rest": []}, "no encryption with a key"],
	["aws_msk_cluster", {"encryption_info": null}, "no encryption with a key"],
	["aws_dynamodb_table", {"server_side_encryption": [{"enabled": true, "kms_key_arn": key}], "replica": [{"region_name": "a"}]}, "a replica without a key"],
	["aws_instance", {"root_block_device": [{"encrypted": false}]}, "a disk that is not encrypted"],
	["aws_launch_template", {"block_device_mappings": [{"ebs": [{"encrypted": "false"}]}]}, "a disk that is not encrypted"],
]

test_denied if {
	every example in denied {
		ex.says(data.hipaa.encryption.deny, example[2]) with input as ex.planned([ex.made(example[0], example[1])])
	}
}

passing := [
	["aws_s3_object", {"server_side_encryption": "aws:kms"}],
	["aws_db_instance", object.union(stored, {"engine": "postgres"})],
	["aws_db_instance", {"engine": "aurora-postgresql"}],
	["aws_db_instance", {"replicate_source_db": "first", "kms_key_id": null}],
	["aws_rds_cluster", object.union(stored, {"engine": "aurora-mysql"})],
	["aws_redshift_cluster", {"encrypted": "true", "kms_key_id": key}],
	["aws_elasticache_cluster", {"replication_group_id": "group"}],
	["aws_rds_global_cluster", {"storage_encrypted": true}],
	["aws_kms_key", {"enable_key_rotation": true}],
	["aws_kms_key", {"customer_master_key_spec": "RSA_2048"}],
	["aws_fsx_windows_file_system", {"kms_key_id": key}],
	["aws_ssm_parameter", {"type": "String"}],
	["aws_kinesis_stream", {"encryption_type": "KMS", "kms_key_id": key}],
	["aws_dynamodb_table", {"server_side_encryption": [{"enabled": true, "kms_key_arn": key}]}],
	["aws_ecr_repository", {"encryption_configuration": [{"encryption_type": "KMS", "kms_key": key}]}],
	["aws_kinesis_firehose_delivery_stream", {"kinesis_source_configuration": [{}]}],
	["aws_instance", {"root_block_device": [{"encrypted": true}]}],
]

test_passing if {
	every example in passing {
		count(data.hipaa.encryption.deny) == 0 with input as ex.planned([ex.made(example[0], example[1])])
	}
}

of_kms(id) := {"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms", "kms_master_key_id": id}]}]}

test_a_bucket_with_a_key_passes if {
	own := ex.of_bucket("aws_s3_bucket_server_side_encryption_configuration", of_kms(key))
	count(data.hipaa.encryption.deny) == 0 with input as ex.planned([ex.bucket, own])
	aws_s := ex.of_bucket("aws_s3_bucket_server_side_encryption_configuration", of_kms("alias/aws/s3"))
	ex.says(data.hipaa.encryption.deny, "no default encryption") with input as ex.planned([ex.bucket, aws_s])
}

test_a_bucket_of_access_logs_passes_without_one if {
	plain := ex.of_bucket(
		"aws_s3_bucket_server_side_encryption_configuration",
		{"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256"}]}]},
	)
	logging := ex.made("aws_s3_bucket_logging", {"bucket": "medloop-other", "target_bucket": "medloop-acme"})
	count(data.hipaa.encryption.deny) == 0 with input as ex.planned([ex.bucket, plain, logging])
	ex.says(data.hipaa.encryption.deny, "no default encryption") with input as ex.planned([ex.bucket, plain])
}

test_a_bucket_s_key_may_come_with_the_apply if {
	later := object.union(
		ex.of_bucket("aws_s3_bucket_server_side_encryption_configuration", of_kms(null)),
		{"change": {"after_unknown": {"rule": [{"apply_server_side_encryption_by_default": [{"kms_master_key_id": true}]}]}}},
	)
	count(data.hipaa.encryption.deny) == 0 with input as ex.planned([ex.bucket, later])
}

database := ex.made("aws_db_instance", {"engine": "postgres", "storage_encrypted": true})

unknown := object.union(database, {"change": {"after_unknown": {"kms_key_id": true}}})

test_a_key_that_is_made_in_the_stack_passes if {
	plan := ex.late("aws_db_instance", {"engine": "postgres", "storage_encrypted": true}, "kms_key_id")
	count(data.hipaa.encryption.deny) == 0 with input as plan
}

# AWS fills in what nobody wrote: its own key.
test_a_key_that_aws_fills_in_is_denied if {
	ex.says(data.hipaa.encryption.deny, "`kms_key_id` is not set") with input as ex.written(unknown, {})
	ex.says(data.hipaa.encryption.deny, "`kms_key_id` is not set") with input as ex.written(unknown, {"kms_key_id": {}})
	null_key := {"kms_key_id": {"references": ["var.key"]}}
	ex.says(data.hipaa.encryption.deny, "`kms_key_id` is not set") with input as ex.written(unknown, null_key)
	filled := object.union(database, {"change": {"after": {"kms_key_id": key}}})
	ex.says(data.hipaa.encryption.deny, "`kms_key_id` is not set") with input as ex.written(filled, {})
	ex.says(data.hipaa.encryption.deny, "`kms_key_id` is not set") with input as ex.written(filled, null_key)
}

test_a_key_that_a_variable_names_passes if {
	filled := object.union(database, {"change": {"after": {"kms_key_id": key}}})
	count(data.hipaa.encryption.deny) == 0 with input as ex.written(filled, {"kms_key_id": {"references": ["var.own_key"]}})
}

test_warned if {
	ex.says(data.hipaa.encryption.warn, "account's default") with input as ex.planned([ex.made("aws_instance", {})])
	ex.says(data.hipaa.encryption.warn, "CloudWatch's key") with input as ex.planned([ex.made("aws_cloudwatch_log_group", {})])
}

test_not_warned if {
	count(data.hipaa.encryption.warn) == 0 with input as ex.planned([
		ex.made("aws_instance", {"root_block_device": [{"encrypted": true}]}),
		ex.made("aws_cloudwatch_log_group", {"kms_key_id": key}),
	])
}
