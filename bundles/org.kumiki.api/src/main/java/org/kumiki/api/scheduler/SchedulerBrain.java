package org.kumiki.api.scheduler;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.CLASS;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;

import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Marks a component that is a {@link Scheduler}. Of several, the one of the highest service ranking decides, and of equals the newest. */
@ComponentPropertyType
@Capability(namespace = SchedulerBrain.NAMESPACE)
@Retention(CLASS)
@Target(TYPE)
public @interface SchedulerBrain {

    String PREFIX_ = "kumiki.scheduler.";
    String NAMESPACE = "kumiki.scheduler";

    /** How it chooses, in lower case: {@code bestfit}, {@code spread}, &hellip; */
    @Attribute(NAMESPACE)
    String name();
}
