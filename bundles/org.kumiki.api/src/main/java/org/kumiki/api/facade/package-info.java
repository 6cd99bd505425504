/** How a cloud service (EC2, S3, &hellip;) is put behind the gateway's one endpoint. */
@Export
@Version("1.0.0")
package org.kumiki.api.facade;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
