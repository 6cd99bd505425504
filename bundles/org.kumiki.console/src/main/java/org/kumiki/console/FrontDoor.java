package org.kumiki.console;

import java.io.IOException;

import org.osgi.service.component.annotations.Component;
import org.osgi.service.servlet.whiteboard.HttpWhiteboardConstants;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardTarget;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Leads from the bare address of the console's listener to the console, so that nobody needs to know where Felix puts it. */
@Component(service = Servlet.class, property = HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_PATTERN + "=") // the root alone
@HttpWhiteboardTarget("(org.apache.felix.http.name=console)")
public class FrontDoor extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Location", DatacenterPage.ADDRESS);
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
    }
}
