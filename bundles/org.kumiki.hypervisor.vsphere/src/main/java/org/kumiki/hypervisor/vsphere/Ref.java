package org.kumiki.hypervisor.vsphere;

/** By which name a server knows an object of its inventory: its type, e.g. {@code VirtualMachine}, and a word of the server's own. */
record Ref(String type, String value) {

    @Override
    public String toString() {
        return value;
    }
}
