package org.kumiki.gateway;

import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.osgi.service.servlet.context.ServletContextHelper;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardContext;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardTarget;

/**
 * A context of our own on the cloud's port, before the default one. So a servlet that some other bundle offers to the whole world does
 * not turn up at the endpoint beside the gateway.
 */
@Component(service = ServletContextHelper.class)
@HttpWhiteboardContext(name = CloudContext.NAME, path = "/")
@HttpWhiteboardTarget(CloudContext.TARGET)
@ServiceRanking(1_000_000)
public class CloudContext extends ServletContextHelper {

    static final String NAME = "kumiki.cloud";
    static final String SELECT = "(osgi.http.whiteboard.context.name=" + NAME + ")";
    /** The one of several listeners that is the cloud's. */
    static final String TARGET = "(org.apache.felix.http.name=cloud)";
}
