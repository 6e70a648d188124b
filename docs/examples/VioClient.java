import java.io.*;
import java.net.URI;
import java.net.http.*;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.*;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.*;

/** Lists the partitions, starts one, waits until it runs: VIO_TOKEN=... java VioClient.java URL CERTIFICATE PARTITION. */
public class VioClient {
    public static void main(String[] args) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("node", CertificateFactory.getInstance("X.509").generateCertificate(new FileInputStream(args[1])));
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(null, managers.getTrustManagers(), null);
        HttpClient http = HttpClient.newBuilder().sslContext(tls).build();
        NodeList all = ask(http, args[0], "<list><partition/></list>").getElementsByTagName("partition");
        for (int i = 0; i < all.getLength(); i++)
            System.out.println(((Element) all.item(i)).getAttribute("name") + " is " + ((Element) all.item(i)).getAttribute("state"));
        Element events = (Element) ask(http, args[0], "<list><event limit='1'/></list>").getElementsByTagName("events").item(0);
        ask(http, args[0], "<start><partition name='" + args[2] + "'/></start>");
        for (String text = ""; !text.endsWith("to running"); ) {
            String next = "<list><event after='" + events.getAttribute("upTo") + "' limit='1' wait='30' object='" + args[2] + "'/></list>";
            events = (Element) ask(http, args[0], next).getElementsByTagName("events").item(0);
            if (events.getFirstChild() != null)
                System.out.println(text = ((Element) events.getElementsByTagName("event").item(0)).getAttribute("text"));
        }
    }
    static Element ask(HttpClient http, String url, String call) throws Exception {
        var post = HttpRequest.newBuilder(URI.create(url)).header("Content-Type", "application/xml").header("Authorization", "Bearer " + System.getenv("VIO_TOKEN"));
        var body = HttpRequest.BodyPublishers.ofString("<vioRequest xmlns='urn:serai:vio:1'>" + call + "</vioRequest>");
        Element answer = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(http.send(post.POST(body).build(), HttpResponse.BodyHandlers.ofInputStream()).body()).getDocumentElement();
        if (answer.getTagName().equals("vioException")) throw new IOException(answer.getAttribute("message") + ": " + answer.getAttribute("cause"));
        return answer;
    }
}
