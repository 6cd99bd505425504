package org.kumiki.api.journal;

import static java.lang.annotation.ElementType.PACKAGE;
import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.CLASS;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;

import org.osgi.annotation.bundle.Requirement;

/** Put on a component that is of no use without a {@link Journal}, so that a run which has it has a store as well. */
@Requirement(namespace = JournalStore.NAMESPACE, filter = "(kumiki.journal=*)", effective = "active")
@Retention(CLASS)
@Target({ TYPE, PACKAGE })
public @interface RequireJournal {
}
