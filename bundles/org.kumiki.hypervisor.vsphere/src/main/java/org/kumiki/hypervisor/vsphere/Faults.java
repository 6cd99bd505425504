package org.kumiki.hypervisor.vsphere;

import java.util.Map;
import java.util.Set;

import org.kumiki.api.hypervisor.HypervisorException.Reason;

/** Who must act when the vSphere API refuses something. Pure. */
final class Faults {

    private static final Set<String> ABSENT = Set.of("ManagedObjectNotFound", "NotFound");
    private static final Set<String> WRONG_STATE = Set.of("InvalidPowerState", "InvalidState", "VmPowerOnDisabled");
    private static final Set<String> NO_ROOM = Set.of("InsufficientResourcesFault", "InsufficientCpuResourcesFault",
            "InsufficientMemoryResourcesFault", "InsufficientHostCapacityFault", "InsufficientHostCpuCapacityFault",
            "InsufficientHostMemoryCapacityFault", "InsufficientFailoverResourcesFault",
            "InsufficientStandbyResource", "NoDiskSpace", "InsufficientStorageSpace", "NumVirtualCpusExceedsLimit", "MemorySizeNotSupported",
            "TooManyHosts");
    private static final Set<String> NEVER = Set.of("NotSupported", "NotImplemented", "MethodNotFound", "MethodDisabled",
            "VMotionNotSupported", "FeatureRequirementsNotMet", "RestrictedVersion", "NotEnoughLicenses", "LicenseRestricted");
    private static final Set<String> BAD = Set.of("InvalidArgument", "InvalidName", "InvalidProperty", "InvalidRequest", "InvalidVmConfig",
            "InvalidDeviceSpec", "NoPermission", "InvalidDatastore", "InvalidFolder", "CpuIncompatible", "VirtualHardwareVersionNotSupported");
    private static final Map<String, String> HELP = Map.of(
            "InvalidLogin", "the user or the password is wrong: correct user, and password or passwordFile",
            "NoPermission", "the user lacks a privilege there: give him the role that the bundle's README lists",
            "RestrictedVersion", "the host's licence lets programs only read: it needs one that is paid for",
            "NotEnoughLicenses", "the server's licences are used up",
            "VMotionNotConfigured", "the host has no VMkernel adapter for vMotion",
            "VMotionNotLicensed", "the licence does not have vMotion",
            "ToolsUnavailable", "VMware Tools do not run in the guest");

    private Faults() {
    }

    static Reason reason(String fault) {
        if (ABSENT.contains(fault)) {
            return Reason.NOT_FOUND;
        } else if (WRONG_STATE.contains(fault)) {
            return Reason.CONFLICT;
        } else if (NO_ROOM.contains(fault)) {
            return Reason.EXHAUSTED;
        } else if (NEVER.contains(fault)) {
            return Reason.UNSUPPORTED;
        }
        return BAD.contains(fault) ? Reason.REFUSED : Reason.UNAVAILABLE;
    }

    /** What the server says, and what to do about it if that is known. */
    static String sentence(String server, VimFault fault) {
        String help = HELP.get(fault.type());
        return server + ": " + fault.getMessage() + (help == null ? "" : "; " + help);
    }
}
