// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/xml_reader.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace linka {
namespace {

Result<XmlDocument> parse(std::string_view text) {
  return XmlDocument::parse({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "linka_xml_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code none;
    std::filesystem::remove_all(path_, none);
  }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

const char* const book_schema = R"(<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:book"
    xmlns="urn:book" elementFormDefault="qualified">
  <xs:element name="book"><xs:complexType><xs:sequence>
    <xs:element ref="page" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="page"><xs:complexType><xs:attribute name="n" type="xs:integer" use="required"/>
  </xs:complexType></xs:element>
</xs:schema>)";

TEST(XmlReader, GivesNamesTextAndAttributesAsTheyStand) {
  const auto doc = parse(
      "<a:book xmlns:a='urn:book' xmlns:xlink='http://www.w3.org/1999/xlink'><a:page n='1' "
      "xlink:href='p'> Pří<b>liš</b> </a:page>"
      "<other/><a:page n=''/></a:book>");
  ASSERT_TRUE(doc) << doc.error().message;
  const XmlElement root = doc->root();
  EXPECT_EQ(root.name(), "book");
  EXPECT_EQ(root.prefix(), "a");
  EXPECT_EQ(root.name_space(), "urn:book");
  EXPECT_TRUE(root.declares("xlink"));
  EXPECT_FALSE(root.child("page").declares("xlink"));
  EXPECT_EQ(root.children().size(), 3u);
  ASSERT_EQ(root.children("page").size(), 2u);
  const XmlElement page = root.child("page");
  EXPECT_EQ(page.text(), "Příliš");
  EXPECT_EQ(page.attribute("xlink:href"), "p");
  EXPECT_FALSE(page.has("href"));
  EXPECT_EQ(page.attributes().size(), 2u);
  EXPECT_TRUE(root.children("page")[1].has("n"));
  EXPECT_EQ(root.children("page")[1].attribute("n"), "");
  EXPECT_FALSE(root.child("absent"));
  EXPECT_EQ(root.child("absent").child("deeper").text(), "");
}

TEST(XmlReader, DecodesValuesAndTexts) {
  const auto doc = parse(
      "<a b='&amp;#38; &lt;&#x17e;&quot;' c=' two\n lines '>&amp;<![CDATA[<&]]>&#38;<!-- no -->"
      "<b/> \n <b/> \n </a>");
  ASSERT_TRUE(doc) << doc.error().message;
  EXPECT_EQ(doc->root().attribute("b"), "&#38; <ž\"");
  EXPECT_EQ(doc->root().attribute("c"), " two  lines ");
  EXPECT_EQ(doc->root().own_text(), "&<&& \n  \n ");
  EXPECT_EQ(doc->root().text(), "&<&&");
  const auto odd = parse("<un:bound un:a='1'/>");
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->root().name(), "un:bound");
  EXPECT_EQ(odd->root().attributes().front().first, "un:a");
}

TEST(XmlReader, ACopyIsADocumentOfItsOwn) {
  auto doc = parse("<a xmlns='urn:a'><b xmlns:c='urn:c' n='1'> x<c:d/>y <e/></b><b/></a>");
  ASSERT_TRUE(doc);
  const auto copy = XmlDocument::copy_of(doc->root().child("b"));
  ASSERT_TRUE(copy);
  doc = parse("<other/>");
  const XmlElement root = copy->root();
  EXPECT_EQ(root.name() + root.attribute("n") + root.own_text(), "b1 xy ");
  EXPECT_EQ(root.name_space(), "urn:a");
  ASSERT_EQ(root.children().size(), 2u);
  EXPECT_EQ(root.children()[0].name_space(), "urn:c");
  EXPECT_EQ(root.children()[1].parent(), root);
  EXPECT_FALSE(root.parent());
}

TEST(XmlReader, RefusesATextOfEndlessLength) {
  EXPECT_TRUE(parse("<a>" + std::string(9'000'000, 'x') + "</a>"));
  const auto refused = parse("<a>" + std::string(11'000'000, 'x') + "</a>");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::bad_input);
}

// Such lines come in pieces of a few bytes. Kept anew with each, they would need gigabytes.
TEST(XmlReader, KeepsALongTextThatComesInManyPieces) {
  for (const char* const line : {"", "x", "\u017e "}) {
    std::string file = "<a>", expected;
    for (int i = 0; i < 2'000'000; ++i) {
      file.append(line).append("\r\n");
      expected.append(line).append("\n");
    }
    const auto doc = parse(file + "</a>");
    ASSERT_TRUE(doc) << doc.error().message;
    EXPECT_TRUE(doc->root().own_text() == expected) << "lines of '" << line << "'";
  }
}

TEST(XmlReader, FindsDescendantsInDocumentOrder) {
  const auto doc = parse("<a><p n='1'><p n='2'/></p><q><p n='3'/></q><p n='4'/></a>");
  ASSERT_TRUE(doc);
  std::string seen;
  for (const auto& p : doc->root().descendants("p")) seen += p.attribute("n");
  EXPECT_EQ(seen, "1234");
  EXPECT_EQ(doc->root().child("q").descendants("p").size(), 1u);
}

TEST(XmlReader, SaysWhereAFileIsBroken) {
  const auto doc = parse("<a>\n<b>\n</a>");
  ASSERT_FALSE(doc);
  EXPECT_EQ(doc.error().kind, ErrorKind::bad_input);
  EXPECT_NE(doc.error().message.find("line 3"), std::string::npos) << doc.error().message;
}

TEST(XmlReader, RefusesAnEmptyFileAndGarbage) {
  EXPECT_FALSE(parse(""));
  EXPECT_FALSE(parse("just text"));
  EXPECT_FALSE(parse(std::string_view("<a>\0</a>", 8)));
  EXPECT_FALSE(parse("<?xml version='1.0' encoding='UTF-8'?><a>\xff\xfe</a>"));
}

TEST(XmlReader, RefusesEntityBombs) {
  std::string bomb = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e0 'lololololololololol'>";
  for (int i = 1; i < 12; ++i) {
    bomb += "<!ENTITY e" + std::to_string(i) + " '";
    for (int k = 0; k < 10; ++k) bomb += "&e" + std::to_string(i - 1) + ";";
    bomb += "'>";
  }
  bomb += "]><a>&e11;</a>";
  const auto doc = parse(bomb);
  ASSERT_FALSE(doc);
  EXPECT_NE(doc.error().message.find("entities"), std::string::npos);
}

TEST(XmlReader, ReadsNoOtherFile) {
  const Folder folder;
  const auto secret = folder.write("secret.txt", "secret");
  EXPECT_FALSE(
      parse("<!DOCTYPE a [<!ENTITY x SYSTEM 'file://" + secret.string() + "'>]><a>&x;</a>"));
  const auto dtd = parse("<!DOCTYPE a SYSTEM 'file://" + secret.string() + "'><a>text</a>");
  ASSERT_TRUE(dtd);
  EXPECT_EQ(dtd->root().text(), "text");
}

std::string crowd(std::size_t n, const std::string& quote = "'") {
  std::string out = "<a";
  for (std::size_t i = 0; i < n; ++i) out += " b" + std::to_string(i) + "=" + quote + "1" + quote;
  return out + "/>";
}

TEST(XmlReader, RefusesAnElementOfEndlesslyManyAttributes) {
  EXPECT_TRUE(parse(crowd(1500)));
  for (const char* const before :
       {"", "<!-- <x y=\" -->", "<?pi <x y=\" ?>", "<x><![CDATA[ <y z=\" ]]>",
        "<!DOCTYPE x [<!ELEMENT x ANY>]>", "<x>'\"", "<x y='>\"'>"}) {
    const auto refused = parse(before + crowd(200'000));
    ASSERT_FALSE(refused) << before;
    EXPECT_NE(refused.error().message.find("more than 2000 attributes"), std::string::npos)
        << before << refused.error().message;
  }
}

TEST(XmlReader, CountsNoEqualSignsThatAreNoAttributes) {
  const std::string many(10'000, '=');
  EXPECT_TRUE(parse("<a b='" + many + "'>" + many + "<!--" + many + "--><![CDATA[<a " + many +
                    "]]><?b " + many + "?><b c=\"x\"/>" + many + "</a>"));
  std::string rows = "<a>";
  for (int i = 0; i < 5000; ++i) rows += "<b c='1' d=\"2\"/>";
  EXPECT_TRUE(parse(rows + "</a>"));
}

// A listening socket is named in every way an XML file has; nobody comes.
TEST(XmlReader, AsksNoServer) {
  const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listening, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listening, 8), 0);
  ASSERT_EQ(::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/x";
  for (const std::string& text :
       {"<!DOCTYPE a SYSTEM '" + url + "'><a/>", "<!DOCTYPE a PUBLIC '-//x' '" + url + "'><a/>",
        "<!DOCTYPE a [<!ENTITY b SYSTEM '" + url + "'>]><a>&b;</a>",
        "<!DOCTYPE a [<!ENTITY % b SYSTEM '" + url + "'> %b;]><a/>",
        "<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='" + url + "'/></a>",
        "<?xml-stylesheet href='" + url +
            "'?><a xmlns:x='http://www.w3.org/2001/XMLSchema-instance'"
            " x:noNamespaceSchemaLocation='" +
            url + "'/>"})
    (void)parse(text);
  EXPECT_LT(::accept(listening, nullptr, nullptr), 0);
  ::close(listening);
}

TEST(XmlReader, RefusesADocumentOfExtremeDepth) {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "<a>";
  for (int i = 0; i < 100000; ++i) deep += "</a>";
  EXPECT_FALSE(parse(deep));
}

TEST(XmlReader, ReadsALongDocument) {
  std::string text = "<a>";
  for (int i = 0; i < 300000; ++i) text += "<page n='1'>some words of a long book</page>\n";
  text += "</a>";
  const auto doc = parse(text);
  ASSERT_TRUE(doc) << doc.error().message;
  const auto pages = doc->root().children("page");
  ASSERT_EQ(pages.size(), 300000u);
  EXPECT_EQ(pages.back().line(), 300000);
}

TEST(XmlSchemaCheck, NamesTheLineThatIsWrong) {
  const Folder folder;
  const auto schema = XmlSchema::load(folder.write("book.xsd", book_schema));
  ASSERT_TRUE(schema) << schema.error().message;
  const auto good = parse("<book xmlns='urn:book'><page n='1'/></book>");
  EXPECT_TRUE(schema->check(*good).empty());
  const auto bad = parse("<book xmlns='urn:book'>\n<page n='one'/></book>");
  const auto messages = schema->check(*bad);
  ASSERT_FALSE(messages.empty());
  EXPECT_EQ(messages.front().rfind("line 2: ", 0), 0u) << messages.front();
}

TEST(XmlSchemaCheck, ChecksARecordCutOutOfItsDocument) {
  const Folder folder;
  const auto schema = XmlSchema::load(folder.write("book.xsd", book_schema));
  ASSERT_TRUE(schema);
  const auto wrapped = parse(
      "<frame xmlns:b='urn:book'>\n<b:book>\n<b:page "
      "n='1'/></b:book><b:book>\n<b:page/></b:book></frame>");
  ASSERT_TRUE(wrapped);
  const auto books = wrapped->root().children("book");
  ASSERT_EQ(books.size(), 2u);
  EXPECT_TRUE(schema->check(books[0]).empty());
  const auto messages = schema->check(books[1]);
  ASSERT_FALSE(messages.empty());
  EXPECT_EQ(messages.front().rfind("line 4: ", 0), 0u) << messages.front();
}

const char* const shelf_schema = R"(<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:shelf"
    xmlns="urn:shelf" elementFormDefault="qualified">
  <xs:complexType name="kind"/>
  <xs:complexType name="thick"><xs:complexContent><xs:extension base="kind">
    <xs:attribute name="pages" type="xs:int" use="required"/></xs:extension></xs:complexContent>
  </xs:complexType>
  <xs:element name="book" type="kind"/>
  <xs:element name="label" type="xs:string"/>
  <xs:element name="shelf"><xs:complexType><xs:sequence>
    <xs:element ref="book" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element ref="label" minOccurs="0"/></xs:sequence>
    <xs:attribute name="ID" type="xs:ID"/></xs:complexType></xs:element>
  <xs:element name="room"><xs:complexType><xs:sequence>
    <xs:element ref="shelf" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
</xs:schema>)";

class ShelfSchema : public testing::Test {
 protected:
  // "line of the element: what its complaint holds", one a line.
  std::string complaints(const std::string& text, const std::string& part = "") {
    const auto schema = XmlSchema::load(folder_.write("shelf.xsd", shelf_schema));
    const auto doc = parse(text);
    if (!schema || !doc) return "cannot be read";
    const XmlElement element = part.empty() ? doc->root() : doc->root().descendants(part).front();
    std::string all;
    for (const XmlComplaint& c : schema->complaints(element))
      all += fmt::format("{} {}: {}\n", c.element.line(), c.element.name(), c.message);
    return all;
  }
  const Folder folder_;
};

TEST_F(ShelfSchema, NoticesTwoIdentitiesAlike) {
  EXPECT_EQ(complaints("<room xmlns='urn:shelf'><shelf ID='a'/>\n<shelf ID='b'/></room>"), "");
  const std::string twice =
      complaints("<room xmlns='urn:shelf'><shelf ID='a'/>\n<shelf ID='a'/></room>");
  EXPECT_EQ(twice.rfind("2 shelf: ", 0), 0u) << twice;
  EXPECT_NE(twice.find("'a' is not a valid value of the atomic type 'xs:ID'"), std::string::npos);
}

TEST_F(ShelfSchema, SaysOfEachElementWhatIsWrongWithIt) {
  const auto begins = [&](const std::string& inside) {
    const std::string all = complaints("<shelf xmlns='urn:shelf'>\n" + inside + "\n</shelf>");
    return all.substr(0, all.find(':'));
  };
  EXPECT_EQ(begins("<label/>"), "");
  EXPECT_EQ(begins("<label/><book/>"), "2 book");       // not expected there
  EXPECT_EQ(begins("<book/>words<book/>"), "1 shelf");  // holds text, told between two children
  EXPECT_EQ(begins("<label>a<book/></label>"), "2 label");
  EXPECT_EQ(begins("<label n='&amp;#38;'/>"), "2 label");
}

TEST_F(ShelfSchema, AnElementCutOutKnowsTheNamespacesOfItsNames) {
  const std::string before =
      "<a xmlns:s='urn:shelf' xmlns:t='urn:shelf' xmlns:x='http://www.w3.org/"
      "2001/XMLSchema-instance'>";
  EXPECT_EQ(
      complaints(before + "<s:shelf><s:book x:type='s:thick' pages='9'/></s:shelf></a>", "shelf"),
      "");
  // No name has the prefix t, so it is not known any more.
  EXPECT_NE(
      complaints(before + "<s:shelf><s:book x:type='t:thick' pages='9'/></s:shelf></a>", "shelf"),
      "");
}

TEST(XmlSchemaCheck, FindsImportsThroughTheCatalogueBesideIt) {
  const Folder folder;
  folder.write("book.xsd", book_schema);
  folder.write("catalog.xml", R"(<?xml version="1.0"?>
<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
  <system systemId="http://example.invalid/book.xsd" uri="book.xsd"/>
  <uri name="http://example.invalid/book.xsd" uri="book.xsd"/></catalog>)");
  const auto schema = XmlSchema::load(folder.write("shelf.xsd", R"(<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:b="urn:book">
  <xs:import namespace="urn:book" schemaLocation="http://example.invalid/book.xsd"/>
  <xs:element name="shelf"><xs:complexType><xs:sequence><xs:element ref="b:book"/></xs:sequence>
  </xs:complexType></xs:element></xs:schema>)"));
  ASSERT_TRUE(schema) << schema.error().message;
  EXPECT_TRUE(
      schema->check(*parse("<shelf><b:book xmlns:b='urn:book'><b:page n='1'/></b:book></shelf>"))
          .empty());
}

TEST(XmlSchemaCheck, SaysWhichSchemaIsMissingOrBroken) {
  const Folder folder;
  const auto absent = XmlSchema::load("/nowhere/at/all.xsd");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, ErrorKind::missing);
  const auto broken = XmlSchema::load(folder.write("x.xsd", "<a/>"));
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().message.find("x.xsd"), std::string::npos);
}

TEST(XmlSchemaCheck, WorksFromManyThreads) {
  const Folder folder;
  const auto schema = XmlSchema::load(folder.write("book.xsd", book_schema));
  ASSERT_TRUE(schema);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const auto doc = parse(t % 2 ? "<book xmlns='urn:book'><page n='1'/></book>"
                                     : "<book xmlns='urn:book'><page n='x'/></book>");
        if (schema->check(*doc).empty() != (t % 2 == 1)) ++wrong;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace linka
