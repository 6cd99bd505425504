#!/usr/bin/env python3
"""Walks through the EC2 façade with boto3, as a client would.  usage: walk.py ENDPOINT KEY SECRET"""
import sys
import time

import boto3
import botocore
from botocore.config import Config
from botocore.exceptions import ClientError

ec2 = boto3.client('ec2', endpoint_url=sys.argv[1], aws_access_key_id=sys.argv[2], aws_secret_access_key=sys.argv[3],
                   region_name='us-east-1', config=Config(retries={'max_attempts': 0}))
print('botocore', botocore.__version__)


def refuses(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as e:
        assert e.response['Error']['Code'] == code, e
        return
    raise AssertionError(f'{code} expected of {parameters}')


def wait(name, **parameters):
    waiter = ec2.get_waiter(name)
    waiter.config.delay = 0.05
    waiter.config.max_attempts = 200
    waiter.wait(**parameters)


def tags(resource):
    return {t['Key']: t['Value'] for t in resource.get('Tags', [])}


# Where am I?
region, = ec2.describe_regions()['Regions']
zone, = ec2.describe_availability_zones(Filters=[{'Name': 'state', 'Values': ['avail*']}])['AvailabilityZones']
assert zone['RegionName'] == region['RegionName'] == 'us-east-1', zone
assert {a['AttributeName'] for a in ec2.describe_account_attributes()['AccountAttributes']} >= {'default-vpc', 'supported-platforms'}
vpc, = ec2.describe_vpcs(Filters=[{'Name': 'is-default', 'Values': ['true']}])['Vpcs']
subnet, = ec2.describe_subnets(Filters=[{'Name': 'vpc-id', 'Values': [vpc['VpcId']]}])['Subnets']
assert ec2.describe_vpc_attribute(VpcId=vpc['VpcId'], Attribute='enableDnsHostnames')['EnableDnsHostnames']['Value'] is True
assert len(ec2.describe_route_tables()['RouteTables'][0]['Routes']) == 2
assert ec2.describe_internet_gateways()['InternetGateways'][0]['Attachments'][0]['VpcId'] == vpc['VpcId']
assert ec2.describe_network_acls()['NetworkAcls'][0]['IsDefault'] and ec2.describe_dhcp_options()['DhcpOptions']

# Sizes and images
types = {t['InstanceType']: t for t in ec2.describe_instance_types()['InstanceTypes']}
assert types['m1.small']['MemoryInfo']['SizeInMiB'] == 1741 and types['c1.xlarge']['VCpuInfo']['DefaultVCpus'] == 8
prices = {p['InstanceType']: p['SpotPrice'] for p in ec2.describe_spot_price_history()['SpotPriceHistory']}
assert prices['m1.small'] == '0.10' and prices['c1.xlarge'] == '0.80', prices
assert len(ec2.describe_instance_type_offerings(Filters=[{'Name': 'instance-type', 'Values': ['t3.*']}])['InstanceTypeOfferings']) == 4
refuses('InvalidInstanceType', ec2.describe_instance_types, InstanceTypes=['z9.huge'])
image, = ec2.describe_images(Owners=['self'])['Images']
assert image['State'] == 'available' and image['Public'] and image['ImageId'].startswith('ami-')
registered = ec2.register_image(Name='mine', ImageLocation='https://example.org/a.qcow2', Architecture='x86_64')['ImageId']
wait('image_available', ImageIds=[registered])
ec2.modify_image_attribute(ImageId=registered, LaunchPermission={'Add': [{'Group': 'all'}]})
assert ec2.describe_image_attribute(ImageId=registered, Attribute='launchPermission')['LaunchPermissions'] == [{'Group': 'all'}]
ec2.reset_image_attribute(ImageId=registered, Attribute='launchPermission')
assert not ec2.describe_images(ImageIds=[registered])['Images'][0]['Public']
ec2.deregister_image(ImageId=registered)
refuses('InvalidAMIID.NotFound', ec2.describe_images, ImageIds=[registered])
refuses('InvalidAMIID.Malformed', ec2.describe_images, ImageIds=['nonsense'])

# Keys
key = ec2.create_key_pair(KeyName='web', TagSpecifications=[{'ResourceType': 'key-pair', 'Tags': [{'Key': 'a', 'Value': 'b'}]}])
assert key['KeyMaterial'].startswith('-----BEGIN RSA PRIVATE KEY-----') and len(key['KeyFingerprint']) == 59
ed = ec2.create_key_pair(KeyName='ed', KeyType='ed25519')
assert ed['KeyMaterial'].startswith('-----BEGIN OPENSSH PRIVATE KEY-----')
described = ec2.describe_key_pairs(KeyNames=['web'], IncludePublicKey=True)['KeyPairs'][0]
assert described['PublicKey'].startswith('ssh-rsa ') and tags(described) == {'a': 'b'}
imported = ec2.import_key_pair(KeyName='imported', PublicKeyMaterial=described['PublicKey'].encode())
refuses('InvalidKeyPair.Duplicate', ec2.create_key_pair, KeyName='web')
refuses('InvalidKey.Format', ec2.import_key_pair, KeyName='bad', PublicKeyMaterial=b'ssh-rsa AAAA')
refuses('InvalidKeyPair.NotFound', ec2.describe_key_pairs, KeyNames=['none'])

# Security groups
group = ec2.create_security_group(GroupName='web', Description='for the web', VpcId=vpc['VpcId'])['GroupId']
refuses('InvalidGroup.Duplicate', ec2.create_security_group, GroupName='web', Description='again')
ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
    {'IpProtocol': 'tcp', 'FromPort': 22, 'ToPort': 22, 'IpRanges': [{'CidrIp': '10.1.2.3/8', 'Description': 'home'}, {'CidrIp': '0.0.0.0/0'}]},
    {'IpProtocol': '-1', 'UserIdGroupPairs': [{'GroupId': group}]},
    {'IpProtocol': 'tcp', 'FromPort': 80, 'ToPort': 81, 'Ipv6Ranges': [{'CidrIpv6': '::/0'}]}])
ec2.authorize_security_group_ingress(GroupName='web', IpProtocol='udp', FromPort=53, ToPort=53, CidrIp='10.0.0.0/8')
found = ec2.describe_security_groups(GroupIds=[group])['SecurityGroups'][0]
ssh = next(p for p in found['IpPermissions'] if p.get('FromPort') == 22)
assert [r['CidrIp'] for r in ssh['IpRanges']] == ['10.0.0.0/8', '0.0.0.0/0'] and ssh['IpRanges'][0]['Description'] == 'home', ssh
refuses('InvalidPermission.Duplicate', ec2.authorize_security_group_ingress, GroupId=group, IpProtocol='tcp', FromPort=22, ToPort=22,
        CidrIp='0.0.0.0/0')
refuses('InvalidParameterValue', ec2.authorize_security_group_ingress, GroupId=group, IpProtocol='tcp', FromPort=22, ToPort=22, CidrIp='10.0.0/8')
rules = ec2.describe_security_group_rules(Filters=[{'Name': 'group-id', 'Values': [group]}])['SecurityGroupRules']
assert len(rules) == 6, rules
ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[next(r for r in rules if r['IpProtocol'] == 'udp')['SecurityGroupRuleId']])
ec2.revoke_security_group_egress(GroupId=group, IpPermissions=found['IpPermissionsEgress'])
refuses('InvalidPermission.NotFound', ec2.revoke_security_group_egress, GroupId=group, IpPermissions=found['IpPermissionsEgress'])

# Instances
refuses('DryRunOperation', ec2.run_instances, ImageId=image['ImageId'], MinCount=1, MaxCount=1, DryRun=True)
launch = dict(ImageId=image['ImageId'], InstanceType='t2.micro', MinCount=2, MaxCount=2, KeyName='web', SecurityGroupIds=[group],
              UserData='#!/bin/sh\necho hi', ClientToken='once', SubnetId=subnet['SubnetId'],
              TagSpecifications=[{'ResourceType': 'instance', 'Tags': [{'Key': 'Name', 'Value': 'w<e>b & "組"'}]}])
reservation = ec2.run_instances(**launch)
ids = [i['InstanceId'] for i in reservation['Instances']]
assert len(ids) == 2 and {i['State']['Name'] for i in reservation['Instances']} == {'pending'}
assert [i['InstanceId'] for i in ec2.run_instances(**launch)['Instances']] == ids
refuses('IdempotentParameterMismatch', ec2.run_instances, **dict(launch, InstanceType='t2.small'))
wait('instance_running', InstanceIds=ids)
wait('instance_status_ok', InstanceIds=ids)
one = ec2.describe_instances(InstanceIds=ids[:1])['Reservations'][0]['Instances'][0]
assert tags(one) == {'Name': 'w<e>b & "組"'} and one['SecurityGroups'] == [{'GroupId': group, 'GroupName': 'web'}], one
assert one['Placement']['AvailabilityZone'] == zone['ZoneName'] and one['NetworkInterfaces'][0]['PrivateIpAddress'] == one['PrivateIpAddress']
assert one['KeyName'] == 'web' and one['VpcId'] == vpc['VpcId'] and one['PublicIpAddress'] and one['Architecture'] == 'x86_64'
assert ec2.describe_instance_attribute(InstanceId=ids[0], Attribute='userData')['UserData']['Value'].startswith('IyEvYmlu')
nic, = ec2.describe_network_interfaces(Filters=[{'Name': 'attachment.instance-id', 'Values': ids[:1]}])['NetworkInterfaces']
assert nic['NetworkInterfaceId'] == one['NetworkInterfaces'][0]['NetworkInterfaceId']
for f, values, count in (('instance-state-name', ['running'], 2), ('instance-state-name', ['stopped'], 0), ('tag:Name', ['w*'], 2),
                         ('tag:Name', ['?<e>*'], 2), ('tag-key', ['Name'], 2), ('tag:Name', ['w'], 0), ('instance-type', ['t2.*', 'x'], 2),
                         ('instance.group-name', ['web'], 2), ('ip-address', [one['PublicIpAddress']], 1), ('key-name', ['ed'], 0)):
    found = [i for r in ec2.describe_instances(Filters=[{'Name': f, 'Values': values}])['Reservations'] for i in r['Instances']]
    assert len(found) == count, (f, values, found)
refuses('InvalidParameterValue', ec2.describe_instances, Filters=[{'Name': 'no-such-filter', 'Values': ['x']}])
refuses('InvalidParameterValue', ec2.describe_instances, Filters=[{'Name': 'hibernation-options.configured', 'Values': ['x']}])
refuses('InvalidInstanceID.NotFound', ec2.describe_instances, InstanceIds=['i-00000000000000000'])
refuses('InvalidInstanceID.Malformed', ec2.describe_instances, InstanceIds=['i-x'])
refuses('InvalidParameterCombination', ec2.describe_instances, InstanceIds=ids, MaxResults=5)
refuses('InvalidParameterValue', ec2.describe_instances, MaxResults=2000)
refuses('InvalidNextToken', ec2.describe_instances, NextToken='nonsense', MaxResults=5)
more = ec2.run_instances(ImageId=image['ImageId'], InstanceType='t2.nano', MinCount=1, MaxCount=10)
pages = list(ec2.get_paginator('describe_instances').paginate(PaginationConfig={'PageSize': 5}))
seen = [i['InstanceId'] for p in pages for r in p['Reservations'] for i in r['Instances']]
assert len(pages) == 3 and len(seen) == len(set(seen)) == 12, (len(pages), seen)
assert 'hello from ' + ids[0] in ec2.get_console_output(InstanceId=ids[0])['Output']
assert ec2.get_password_data(InstanceId=ids[0])['PasswordData'] == ''
refuses('MissingParameter', ec2._make_api_call, operation_name='RunInstances', api_params={'MinCount': 1, 'MaxCount': 1})
refuses('InvalidAMIID.NotFound', ec2.run_instances, ImageId='ami-00000000', MinCount=1, MaxCount=1)
refuses('InvalidKeyPair.NotFound', ec2.run_instances, ImageId=image['ImageId'], MinCount=1, MaxCount=1, KeyName='none')
refuses('InvalidParameterValue', ec2.run_instances, ImageId=image['ImageId'], MinCount=1, MaxCount=1, InstanceType='z9.huge')
refuses('InsufficientInstanceCapacity', ec2.run_instances, ImageId=image['ImageId'], MinCount=900, MaxCount=900)
refuses('UnsupportedOperation', ec2.run_instances, ImageId=image['ImageId'], MinCount=1, MaxCount=1, KernelId='aki-1')
refuses('UnsupportedOperation', ec2.create_vpc, CidrBlock='10.0.0.0/16')

# Attributes
ec2.modify_instance_attribute(InstanceId=ids[0], DisableApiTermination={'Value': True})
refuses('OperationNotPermitted', ec2.terminate_instances, InstanceIds=ids[:1])
ec2.modify_instance_attribute(InstanceId=ids[0], Attribute='disableApiTermination', Value='false')
refuses('IncorrectInstanceState', ec2.modify_instance_attribute, InstanceId=ids[0], InstanceType={'Value': 't2.small'})
for attribute in ('instanceType', 'groupSet', 'blockDeviceMapping', 'rootDeviceName', 'instanceInitiatedShutdownBehavior', 'kernel',
                  'disableApiTermination', 'sourceDestCheck', 'ebsOptimized', 'productCodes', 'disableApiStop'):
    ec2.describe_instance_attribute(InstanceId=ids[0], Attribute=attribute)
ec2.describe_instance_credit_specifications(InstanceIds=ids)

# Root volumes, and images of instances
stored = ec2.register_image(Name='disk', ImageLocation='https://example.org/b.qcow2')['ImageId']
wait('image_available', ImageIds=[stored])
own = ec2.run_instances(ImageId=stored, InstanceType='t2.nano', MinCount=1, MaxCount=1, BlockDeviceMappings=[
    {'DeviceName': '/dev/sda1', 'Ebs': {'VolumeSize': 9, 'DeleteOnTermination': True}},
    {'DeviceName': '/dev/sdf', 'Ebs': {'VolumeSize': 1, 'DeleteOnTermination': True}}, {'DeviceName': '/dev/sdb', 'VirtualName': 'ephemeral0'}])
own = own['Instances'][0]['InstanceId']
wait('instance_running', InstanceIds=[own])
disks = ec2.describe_instances(InstanceIds=[own])['Reservations'][0]['Instances'][0]['BlockDeviceMappings']
assert [disk['DeviceName'] for disk in disks] == ['/dev/sda1', '/dev/sdf']
assert ec2.describe_volumes(VolumeIds=[disks[0]['Ebs']['VolumeId']])['Volumes'][0]['Size'] == 9
refuses('OperationNotPermitted', ec2.detach_volume, VolumeId=disks[0]['Ebs']['VolumeId'])
refuses('InvalidBlockDeviceMapping', ec2.run_instances, ImageId=stored, MinCount=1, MaxCount=1, BlockDeviceMappings=[{'DeviceName': '/dev/sda1', 'NoDevice': ''}])
made = ec2.create_image(InstanceId=own, Name='made', NoReboot=True)['ImageId']
wait('image_available', ImageIds=[made])
backed = ec2.describe_images(ImageIds=[made])['Images'][0]['BlockDeviceMappings']
assert [disk['Ebs']['VolumeSize'] for disk in backed] == [9, 1]
refuses('InvalidSnapshot.InUse', ec2.delete_snapshot, SnapshotId=backed[0]['Ebs']['SnapshotId'])
ec2.terminate_instances(InstanceIds=[own])
wait('instance_terminated', InstanceIds=[own])
ec2.deregister_image(ImageId=made)
for disk in backed:
    ec2.delete_snapshot(SnapshotId=disk['Ebs']['SnapshotId'])
ec2.deregister_image(ImageId=stored)

# Volumes and snapshots
volume = ec2.create_volume(AvailabilityZone=zone['ZoneName'], Size=2, TagSpecifications=[{'ResourceType': 'volume', 'Tags': [{'Key': 'x', 'Value': ''}]}])
wait('volume_available', VolumeIds=[volume['VolumeId']])
ec2.attach_volume(VolumeId=volume['VolumeId'], InstanceId=ids[0], Device='/dev/sdf')
wait('volume_in_use', VolumeIds=[volume['VolumeId']])
refuses('VolumeInUse', ec2.attach_volume, VolumeId=volume['VolumeId'], InstanceId=ids[1], Device='/dev/sdf')
assert ec2.describe_instances(Filters=[{'Name': 'block-device-mapping.volume-id', 'Values': [volume['VolumeId']]}])['Reservations']
snapshot = ec2.create_snapshot(VolumeId=volume['VolumeId'], Description='d')['SnapshotId']
wait('snapshot_completed', SnapshotIds=[snapshot])
ec2.modify_snapshot_attribute(SnapshotId=snapshot, Attribute='createVolumePermission', OperationType='add', GroupNames=['all'])
assert ec2.describe_snapshot_attribute(SnapshotId=snapshot, Attribute='createVolumePermission')['CreateVolumePermissions'] == [{'Group': 'all'}]
ec2.reset_snapshot_attribute(SnapshotId=snapshot, Attribute='createVolumePermission')
copy = ec2.create_volume(AvailabilityZone=zone['ZoneName'], SnapshotId=snapshot)
assert copy['Size'] == 2 and copy['SnapshotId'] == snapshot
refuses('InvalidZone.NotFound', ec2.create_volume, AvailabilityZone='nowhere', Size=1)
refuses('MissingParameter', ec2.create_volume, AvailabilityZone=zone['ZoneName'])
refuses('InvalidParameterValue', ec2.attach_volume, VolumeId=copy['VolumeId'], InstanceId=ids[0], Device='/etc/passwd')
ec2.detach_volume(VolumeId=volume['VolumeId'])
wait('volume_available', VolumeIds=[volume['VolumeId'], copy['VolumeId']])
assert ec2.describe_volume_status(VolumeIds=[copy['VolumeId']])['VolumeStatuses'][0]['VolumeStatus']['Status'] == 'ok'
ec2.describe_volume_attribute(VolumeId=copy['VolumeId'], Attribute='autoEnableIO')
ec2.describe_volumes_modifications()
ec2.delete_volume(VolumeId=volume['VolumeId'])
ec2.delete_volume(VolumeId=copy['VolumeId'])
wait('volume_deleted', VolumeIds=[volume['VolumeId'], copy['VolumeId']])
ec2.delete_snapshot(SnapshotId=snapshot)
refuses('InvalidSnapshot.NotFound', ec2.describe_snapshots, SnapshotIds=[snapshot])

# Addresses
address = ec2.allocate_address(Domain='vpc', TagSpecifications=[{'ResourceType': 'elastic-ip', 'Tags': [{'Key': 'n', 'Value': 'v'}]}])
association = ec2.associate_address(AllocationId=address['AllocationId'], InstanceId=ids[0])['AssociationId']
assert ec2.describe_instances(InstanceIds=ids[:1])['Reservations'][0]['Instances'][0]['PublicIpAddress'] == address['PublicIp']
held, = ec2.describe_addresses(Filters=[{'Name': 'instance-id', 'Values': ids[:1]}])['Addresses']
assert held['AssociationId'] == association and held['NetworkInterfaceId'] == nic['NetworkInterfaceId'] and tags(held) == {'n': 'v'}
ec2.describe_addresses_attribute(AllocationIds=[address['AllocationId']], Attribute='domain-name')
refuses('InvalidIPAddress.InUse', ec2.release_address, AllocationId=address['AllocationId'])
ec2.disassociate_address(AssociationId=association)
ec2.release_address(AllocationId=address['AllocationId'])
refuses('InvalidAddress.NotFound', ec2.describe_addresses, PublicIps=[address['PublicIp']])
refuses('InvalidAllocationID.NotFound', ec2.release_address, AllocationId=address['AllocationId'])

# Tags
ec2.create_tags(Resources=[ids[0], group], Tags=[{'Key': 'env', 'Value': 'test'}, {'Key': 'empty', 'Value': ''}])
assert len(ec2.describe_tags(Filters=[{'Name': 'key', 'Values': ['env']}])['Tags']) == 2
assert {t['ResourceType'] for t in ec2.describe_tags(Filters=[{'Name': 'resource-id', 'Values': [group]}])['Tags']} == {'security-group'}
ec2.delete_tags(Resources=[ids[0]], Tags=[{'Key': 'env'}, {'Key': 'empty', 'Value': 'other'}])
assert set(tags(ec2.describe_instances(InstanceIds=ids[:1])['Reservations'][0]['Instances'][0])) == {'Name', 'empty'}
refuses('InvalidInstanceID.NotFound', ec2.create_tags, Resources=['i-00000000'], Tags=[{'Key': 'a', 'Value': 'b'}])
refuses('InvalidID', ec2.create_tags, Resources=['nonsense'], Tags=[{'Key': 'a', 'Value': 'b'}])
refuses('InvalidParameterValue', ec2.create_tags, Resources=ids, Tags=[{'Key': 'aws:x', 'Value': 'b'}])

# Placement
apart = ec2.create_placement_group(GroupName='apart', Strategy='spread', TagSpecifications=[
    {'ResourceType': 'placement-group', 'Tags': [{'Key': 'n', 'Value': 'v'}]}])['PlacementGroup']
assert apart['State'] == 'available' and tags(apart) == {'n': 'v'}, apart
refuses('InvalidPlacementGroup.Duplicate', ec2.create_placement_group, GroupName='apart', Strategy='cluster')
refuses('UnsupportedOperation', ec2.create_placement_group, GroupName='parts', Strategy='partition', PartitionCount=3)
assert ec2.describe_placement_groups(Filters=[{'Name': 'strategy', 'Values': ['spread']}])['PlacementGroups'] == [apart]
two = ec2.run_instances(ImageId=image['ImageId'], InstanceType='t2.nano', MinCount=2, MaxCount=2, Placement={'GroupName': 'apart'})['Instances']
assert {i['Placement']['GroupId'] for i in two} == {apart['GroupId']} and {i['Placement']['GroupName'] for i in two} == {'apart'}, two
refuses('InsufficientInstanceCapacity', ec2.run_instances, ImageId=image['ImageId'], MinCount=1, MaxCount=1, Placement={'GroupId': apart['GroupId']})
refuses('InvalidPlacementGroup.InUse', ec2.delete_placement_group, GroupName='apart')
ec2.terminate_instances(InstanceIds=[i['InstanceId'] for i in two])
wait('instance_terminated', InstanceIds=[i['InstanceId'] for i in two])
ec2.delete_placement_group(GroupName='apart')
refuses('InvalidPlacementGroup.Unknown', ec2.describe_placement_groups, GroupNames=['apart'])

# What there is none of
assert ec2.describe_spot_instance_requests()['SpotInstanceRequests'] == []
assert ec2.describe_reserved_instances()['ReservedInstances'] == ec2.describe_launch_templates()['LaunchTemplates'] == []

# The end
stopping = ec2.stop_instances(InstanceIds=ids[:1])['StoppingInstances'][0]
assert (stopping['PreviousState']['Name'], stopping['CurrentState']['Name']) == ('running', 'stopping')
wait('instance_stopped', InstanceIds=ids[:1])
ec2.modify_instance_attribute(InstanceId=ids[0], InstanceType={'Value': 't2.small'})
ec2.modify_instance_attribute(InstanceId=ids[0], UserData={'Value': b'other'})
ec2.start_instances(InstanceIds=ids[:1])
wait('instance_running', InstanceIds=ids[:1])
assert ec2.describe_instances(InstanceIds=ids[:1])['Reservations'][0]['Instances'][0]['InstanceType'] == 't2.small'
ec2.reboot_instances(InstanceIds=ids)
refuses('DependencyViolation', ec2.delete_security_group, GroupId=group)
everything = ids + [i['InstanceId'] for i in more['Instances']]
ec2.terminate_instances(InstanceIds=everything)
wait('instance_terminated', InstanceIds=everything)
gone = ec2.describe_instances(InstanceIds=ids[:1])['Reservations'][0]['Instances'][0]
assert gone['State']['Name'] == 'terminated' and 'PublicIpAddress' not in gone and gone['StateReason']['Code'] == 'Client.UserInitiatedShutdown', gone
ec2.delete_security_group(GroupName='web')
refuses('CannotDelete', ec2.delete_security_group, GroupName='default')
refuses('InvalidGroup.NotFound', ec2.describe_security_groups, GroupIds=[group])
for name in ('web', 'ed', 'imported', 'none'):
    ec2.delete_key_pair(KeyName=name)
assert ec2.describe_key_pairs()['KeyPairs'] == []
print('walked')
