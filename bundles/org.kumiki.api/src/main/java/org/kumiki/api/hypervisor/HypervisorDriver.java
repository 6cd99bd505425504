package org.kumiki.api.hypervisor;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.CLASS;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;

import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Marks a component that is a {@link Hypervisor} or a {@link BlockingHypervisor}. */
@ComponentPropertyType
@Capability(namespace = HypervisorDriver.NAMESPACE)
@Retention(CLASS)
@Target(TYPE)
public @interface HypervisorDriver {

    String PREFIX_ = "kumiki.hypervisor.";
    String NAMESPACE = "kumiki.hypervisor";

    /** The technology, in lower case: {@code qemu}, {@code xen}, {@code lxc}, &hellip; */
    @Attribute(NAMESPACE)
    String technology();
}
