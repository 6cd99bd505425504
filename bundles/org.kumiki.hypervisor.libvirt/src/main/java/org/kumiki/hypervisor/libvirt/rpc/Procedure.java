package org.kumiki.hypervisor.libvirt.rpc;

import java.util.Arrays;
import java.util.Optional;

/** The procedures that are called ({@code remote_protocol.x}, {@code qemu_protocol.x}). Their numbers are libvirt's, for ever. */
public enum Procedure {
    CONNECT_OPEN(1), CONNECT_GET_VERSION(4), NODE_GET_INFO(6), CONNECT_GET_CAPABILITIES(7),
    DOMAIN_CREATE(9), DOMAIN_DEFINE_XML(11), DOMAIN_DESTROY(12), DOMAIN_GET_XML_DESC(14), DOMAIN_GET_INFO(16), DOMAIN_LOOKUP_BY_UUID(24),
    DOMAIN_SHUTDOWN(33), DOMAIN_UNDEFINE(35), CONNECT_GET_HOSTNAME(59), CONNECT_SUPPORTS_FEATURE(60), AUTH_LIST(66),
    STORAGE_POOL_CREATE_XML(76), STORAGE_POOL_REFRESH(83), STORAGE_POOL_LOOKUP_BY_NAME(84), STORAGE_VOL_DELETE(94),
    STORAGE_VOL_LOOKUP_BY_NAME(95), CONNECT_GET_LIB_VERSION(157), DOMAIN_ATTACH_DEVICE_FLAGS(160), DOMAIN_DETACH_DEVICE_FLAGS(161),
    DOMAIN_ABORT_JOB(164), DOMAIN_MIGRATE_SET_MAX_DOWNTIME(166), DOMAIN_OPEN_CONSOLE(201), DOMAIN_MIGRATE_SET_MAX_SPEED(207),
    STORAGE_VOL_DOWNLOAD(209), DOMAIN_UNDEFINE_FLAGS(231), CONNECT_LIST_ALL_DOMAINS(273), DOMAIN_GET_JOB_STATS(298),
    DOMAIN_MIGRATE_PERFORM3_PARAMS(305), EVENT_REGISTER(316), EVENT_LIFECYCLE(318), EVENT_DEVICE_REMOVED(333),
    CONNECT_GET_DOMAIN_CAPABILITIES(342), CONNECT_GET_ALL_DOMAIN_STATS(344), STORAGE_VOL_GET_INFO_FLAGS(378);

    private final int number;

    Procedure(int number) {
        this.number = number;
    }

    /** The one of this number; empty if it is none of these. */
    static Optional<Procedure> of(int number) {
        return Arrays.stream(values()).filter(procedure -> procedure.number == number).findFirst();
    }

    int number() {
        return number;
    }
}
