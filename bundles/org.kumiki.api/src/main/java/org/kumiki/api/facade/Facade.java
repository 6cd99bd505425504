package org.kumiki.api.facade;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.CLASS;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;

import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Marks a component that is a cloud service behind the gateway's one endpoint. It is registered as a {@code jakarta.servlet.Servlet}
 * with the service property {@code kumiki.facade}; the gateway finds it, routes its requests to it, untouched, and holds them while it
 * is being replaced. Its servlet must support asynchronous processing.
 */
@ComponentPropertyType
@Capability(namespace = Facade.NAMESPACE)
@Retention(CLASS)
@Target(TYPE)
public @interface Facade {

    String PREFIX_ = "kumiki.";
    String NAMESPACE = "kumiki.facade";

    /** Name of the service property, which has the value of {@link #facade()}. */
    String SERVICE = "kumiki.facade";

    /** Name of the service property, which has the value of {@link #facade_versions()}. */
    String VERSIONS = "kumiki.facade.versions";

    /** Name of the request attribute in which the gateway hands over the identifier of a request, for the answer to repeat. */
    String REQUEST_ID = "kumiki.request.id";

    /** The name of the service in the credential scope of its clients' signatures, e.g. {@code ec2}. */
    @Attribute(NAMESPACE)
    String facade();

    /**
     * The API versions by which requests without such a scope are known: dates, or ranges of dates with both ends, e.g.
     * {@code 2006-06-26..2016-11-15}. A date of one fa&ccedil;ade wins over a range of another.
     */
    String[] facade_versions() default {};
}
