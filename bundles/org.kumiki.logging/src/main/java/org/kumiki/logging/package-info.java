/** The platform's log: SLF4J, java.util.logging and the OSGi log service, all into one rotating file. */
package org.kumiki.logging;
