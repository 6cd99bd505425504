package org.kumiki.api.command;

/**
 * One request to change a datacenter.
 *
 * @param <R> what is answered when it is done, and durable
 */
public sealed interface Command<R>
        permits InstanceCommand, ImageCommand, VolumeCommand, SnapshotCommand, KeyPairCommand, SecurityGroupCommand,
        PlacementGroupCommand, AddressCommand, TagCommand, HostCommand, MigrationCommand, TransferCommand, PolicyCommand {
}
