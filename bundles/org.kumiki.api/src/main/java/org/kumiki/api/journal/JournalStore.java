package org.kumiki.api.journal;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.CLASS;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;

import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Marks a component that provides a {@link Journal}. */
@ComponentPropertyType
@Capability(namespace = JournalStore.NAMESPACE)
@Retention(CLASS)
@Target(TYPE)
public @interface JournalStore {

    String PREFIX_ = "kumiki.journal.";
    String NAMESPACE = "kumiki.journal";

    /** How it keeps the entries, in lower case: {@code jdbc}, {@code memory}, &hellip; */
    @Attribute(NAMESPACE)
    String kind();
}
