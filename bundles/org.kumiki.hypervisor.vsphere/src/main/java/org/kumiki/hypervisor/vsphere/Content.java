package org.kumiki.hypervisor.vsphere;

/**
 * What a server is, and where its services are.
 *
 * @param product    its full name, e.g. {@code VMware vCenter Server 8.0.3 build-24022515}
 * @param version    e.g. {@code 8.0.3}
 * @param vCenter    whether it rules several hosts, and is none itself
 * @param rootFolder where its inventory begins
 */
record Content(String product, String version, boolean vCenter, Ref rootFolder, Ref propertyCollector, Ref viewManager, Ref sessionManager,
        Ref searchIndex, Ref fileManager, Ref virtualDiskManager) {

    static Content of(Element content) {
        return new Content(content.textAt("about", "fullName"), content.textAt("about", "version"),
                content.textAt("about", "apiType").equals("VirtualCenter"), ref(content, "rootFolder"), ref(content, "propertyCollector"),
                ref(content, "viewManager"), ref(content, "sessionManager"), ref(content, "searchIndex"), ref(content, "fileManager"),
                ref(content, "virtualDiskManager"));
    }

    private static Ref ref(Element content, String name) {
        return content.child(name).map(Element::ref).orElse(new Ref("", ""));
    }
}
