/** Where a guest is put: a pure function from the datacenter's view and a request to hosts, with reasons. */
@Export
@Version("1.0.0")
package org.kumiki.api.scheduler;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
