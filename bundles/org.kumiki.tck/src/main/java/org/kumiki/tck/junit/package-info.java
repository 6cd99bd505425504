/** The checks as tests of JUnit. */
@Export
@Version("1.1.0")
package org.kumiki.tck.junit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
