package org.kumiki.api.policy;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.CLASS;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;

import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Marks a component that is a {@link Policy}. If its service has the property {@link #ADVISE} with the value {@code true}, its plans are
 * made, checked and shown, and nothing moves; a policy need not look at it, only offer it in its configuration. That is the {@link Role} that it has
 * until it is given another one.
 */
@ComponentPropertyType
@Capability(namespace = PolicyBrain.NAMESPACE)
@Retention(CLASS)
@Target(TYPE)
public @interface PolicyBrain {

    String PREFIX_ = "kumiki.policy.";
    String NAMESPACE = "kumiki.policy";
    String ADVISE = "advise";

    /** What it is for, in lower case: {@code maintenance}, {@code balance}, &hellip; */
    @Attribute(NAMESPACE)
    String name();
}
