package org.kumiki.api.scheduler;

import static java.lang.annotation.ElementType.PACKAGE;
import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.CLASS;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;

import org.osgi.annotation.bundle.Requirement;

/** Put on a component that needs some {@link Scheduler} sooner or later, so that a run which has it has one as well. */
@Requirement(namespace = SchedulerBrain.NAMESPACE, filter = "(kumiki.scheduler=*)", effective = "active")
@Retention(CLASS)
@Target({ TYPE, PACKAGE })
public @interface RequireScheduler {
}
