package org.kumiki.api.migration;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.CLASS;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;

import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Marks a component that is a {@link MigrationStrategy}. A migration may name the one it wants; else the one of the highest service ranking
 * directs it, and of equals the newest.
 */
@ComponentPropertyType
@Capability(namespace = StrategyBrain.NAMESPACE)
@Retention(CLASS)
@Target(TYPE)
public @interface StrategyBrain {

    String PREFIX_ = "kumiki.migration.";
    String NAMESPACE = "kumiki.migration";

    /** How it moves guests, in lower case: {@code precopy}, {@code adaptive}, &hellip; */
    @Attribute(NAMESPACE)
    String name();
}
