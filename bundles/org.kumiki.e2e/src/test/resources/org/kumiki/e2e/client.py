"""What an application would do through boto3, whatever its age. Says what is not as it should be by an AssertionError.

usage: client.py IMAGE TYPE
"""
import os
import sys
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

image, instance_type = sys.argv[1:3]
name = 'boto3-' + uuid.uuid4().hex[:8]
once = Config(retries={'max_attempts': 0})


ec2 = boto3.client('ec2', endpoint_url=os.environ['AWS_ENDPOINT_URL'], config=once)
resource = boto3.resource('ec2', endpoint_url=os.environ['AWS_ENDPOINT_URL'], config=once)


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response['Error']['Code'] == code, error
    else:
        raise AssertionError(code + ' was expected')


# Where am I?
assert [region['RegionName'] for region in ec2.describe_regions(RegionNames=['us-east-1'])['Regions']] == ['us-east-1']
zone = ec2.describe_availability_zones()['AvailabilityZones'][0]['ZoneName']
assert ec2.describe_instance_types(InstanceTypes=[instance_type])['InstanceTypes'][0]['InstanceType'] == instance_type
assert ec2.describe_images(ImageIds=[image])['Images'][0]['State'] == 'available'

# A key of its own and a group of its own
key = ec2.create_key_pair(KeyName=name)
assert 'PRIVATE KEY' in key['KeyMaterial']
refused('InvalidKeyPair.Duplicate', ec2.create_key_pair, KeyName=name)
group = ec2.create_security_group(GroupName=name, Description='of a test')['GroupId']
permission = {'IpProtocol': 'tcp', 'FromPort': 22, 'ToPort': 22, 'IpRanges': [{'CidrIp': '127.0.0.0/8', 'Description': 'me'}]}
ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
refused('InvalidPermission.Duplicate', ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[permission])
ports = ec2.describe_security_groups(GroupIds=[group])['SecurityGroups'][0]['IpPermissions']
assert ports[0]['FromPort'] == 22 and ports[0]['IpRanges'] == [{'CidrIp': '127.0.0.0/8', 'Description': 'me'}], ports

# Three instances, asked for twice with one token
request = dict(ImageId=image, InstanceType=instance_type, MinCount=3, MaxCount=3, KeyName=name, SecurityGroupIds=[group],
               ClientToken=name, UserData='#!/bin/sh\ntrue\n',
               TagSpecifications=[{'ResourceType': 'instance', 'Tags': [{'Key': 'Name', 'Value': 'ünï <&> ' + name}]}])
launched = ec2.run_instances(**request)
ids = [instance['InstanceId'] for instance in launched['Instances']]
assert len(ids) == 3, ids
again = ec2.run_instances(**request)
assert again['ReservationId'] == launched['ReservationId'] and sorted(i['InstanceId'] for i in again['Instances']) == sorted(ids)
refused('IdempotentParameterMismatch', ec2.run_instances, **dict(request, MinCount=1))
ec2.get_waiter('instance_running').wait(InstanceIds=ids, WaiterConfig={'Delay': 1, 'MaxAttempts': 60})

# Seen one by one, by filter, and page by page
found = list(resource.instances.filter(Filters=[{'Name': 'tag:Name', 'Values': ['ünï <&> ' + name]}]))
assert sorted(instance.id for instance in found) == sorted(ids)
assert {instance.key_name for instance in found} == {name}
assert found[0].launch_time.year >= 2024 and found[0].placement['AvailabilityZone'] == zone
assert found[0].security_groups == [{'GroupName': name, 'GroupId': group}]
pages = list(ec2.get_paginator('describe_instances').paginate(Filters=[{'Name': 'key-name', 'Values': [name]}],
                                                              PaginationConfig={'PageSize': 5}))
assert sorted(i['InstanceId'] for page in pages for r in page['Reservations'] for i in r['Instances']) == sorted(ids)
status = ec2.describe_instance_status(InstanceIds=ids)['InstanceStatuses']
assert {one['InstanceState']['Name'] for one in status} == {'running'}

# Tags
ec2.create_tags(Resources=ids[:2], Tags=[{'Key': 'role', 'Value': 'web'}])
tagged = ec2.describe_tags(Filters=[{'Name': 'key', 'Values': ['role']}, {'Name': 'resource-id', 'Values': ids}])['Tags']
assert sorted(tag['ResourceId'] for tag in tagged) == sorted(ids[:2])
ec2.delete_tags(Resources=ids[:1], Tags=[{'Key': 'role'}])
tagged = ec2.describe_tags(Filters=[{'Name': 'key', 'Values': ['role']}, {'Name': 'resource-id', 'Values': ids}])['Tags']
assert [tag['ResourceId'] for tag in tagged] == [ids[1]]

# A volume
volume = ec2.create_volume(AvailabilityZone=zone, Size=1)['VolumeId']
ec2.get_waiter('volume_available').wait(VolumeIds=[volume], WaiterConfig={'Delay': 1, 'MaxAttempts': 30})
ec2.attach_volume(VolumeId=volume, InstanceId=ids[0], Device='/dev/sdf')
ec2.get_waiter('volume_in_use').wait(VolumeIds=[volume], WaiterConfig={'Delay': 1, 'MaxAttempts': 30})
attachment = ec2.describe_volumes(VolumeIds=[volume])['Volumes'][0]['Attachments'][0]
assert attachment['InstanceId'] == ids[0] and attachment['Device'] == '/dev/sdf', attachment
refused('VolumeInUse', ec2.delete_volume, VolumeId=volume)
ec2.detach_volume(VolumeId=volume)
ec2.get_waiter('volume_available').wait(VolumeIds=[volume], WaiterConfig={'Delay': 1, 'MaxAttempts': 30})
ec2.delete_volume(VolumeId=volume)

# Stop, start, reboot, console, end
ec2.stop_instances(InstanceIds=ids[:1])
ec2.get_waiter('instance_stopped').wait(InstanceIds=ids[:1], WaiterConfig={'Delay': 1, 'MaxAttempts': 60})
ec2.start_instances(InstanceIds=ids[:1])
ec2.get_waiter('instance_running').wait(InstanceIds=ids[:1], WaiterConfig={'Delay': 1, 'MaxAttempts': 60})
ec2.reboot_instances(InstanceIds=ids[:1])
assert ec2.get_console_output(InstanceId=ids[0])['Output']
refused('DependencyViolation', ec2.delete_security_group, GroupId=group)
changes = ec2.terminate_instances(InstanceIds=ids)['TerminatingInstances']
assert {change['PreviousState']['Name'] for change in changes} == {'running'}, changes
ec2.get_waiter('instance_terminated').wait(InstanceIds=ids, WaiterConfig={'Delay': 1, 'MaxAttempts': 60})
ec2.delete_security_group(GroupId=group)
ec2.delete_key_pair(KeyName=name)
refused('InvalidInstanceID.NotFound', ec2.describe_instances, InstanceIds=['i-00000000000000000'])
refused('InvalidGroup.NotFound', ec2.describe_security_groups, GroupIds=[group])
print('boto3', boto3.__version__, 'is content')
