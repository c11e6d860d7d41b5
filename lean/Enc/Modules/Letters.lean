import Enc.Modules.Sugar

/-!
# Text, letter by letter

Text cannot be taken apart here. The host does it for the read `{letters: text}`
(docs/hosts.md); what it found counts only if the letters, put together again, are the text.
-/

namespace Enc.Modules.Letters
open Enc.DSL Enc.Modules

/-- One case for each of these letters, all with the same answer, before `others`. -/
def cases (answer : String) (others : List (String × Expr)) :
    List String → List (String × Expr)
  | [] => others
  | letter :: rest => (letter, s answer) :: cases answer others rest

def lowerCase : List String :=
  ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
   "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z"]

def upperCase : List String :=
  ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M",
   "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z"]

def digits : List String := ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]

/-- What may stand in the path or query of a URL besides letters, digits and the marks that have a
class of their own (RFC 3986). -/
def urlMarks : List String := ["~", "!", "$", "&", "'", "*", "+", ",", ";", "=", "@", "%"]

/-- `upper`, `lower` or `digit` of ASCII, `url` for a mark that is used in URLs only, the letter
itself for `_ - . ( ) : / ?`, none for any other. -/
def letterClass : FuncDecl := fn "letterClass" ["letter"] <|
  .dispatch (v "letter")
    (cases "lower"
      (cases "upper"
        (cases "digit"
          (cases "url"
            [ ("_", s "_"), ("-", s "-"), (".", s "."), ("(", s "("), (")", s ")"),
              (":", s ":"), ("/", s "/"), ("?", s "?") ]
            urlMarks)
          digits)
        upperCase)
      lowerCase)
    nothing

/-- The number that a digit means; none for any other letter. -/
def digitValue : FuncDecl := fn "digitValue" ["letter"] <|
  .dispatch (v "letter")
    [ ("0", n 0), ("1", n 1), ("2", n 2), ("3", n 3), ("4", n 4), ("5", n 5), ("6", n 6),
      ("7", n 7), ("8", n 8), ("9", n 9) ]
    nothing

/-- The text that letters make together; none unless each is text. -/
def joined : FuncDecl := fn "joined" ["letters"] <|
  .fold (v "letters") (s "") "text" "letter" (concatStr (v "text") (v "letter"))

/-- Whether the letters are one or more, the first of a class in `heads` and the others of one in
`tails`. -/
def hasForm : FuncDecl := fn "hasForm" ["letters", "heads", "tails"] <|
  eq yes
    (and (lt (n 0) (lengthList (v "letters")))
      (.get
        (.fold (v "letters") (.record [("ok", yes), ("classes", v "heads")]) "seen" "letter"
          (.record
            [ ("ok", and (.get (v "seen") "ok")
                (.call "includes"
                  [.get (v "seen") "classes", .call "letterClass" [v "letter"]])),
              ("classes", v "tails") ]))
        "ok"))

/-- The texts, each with a line break after it: what one read takes apart for all of them. -/
def asLines : FuncDecl := fn "asLines" ["texts"] <|
  .fold (v "texts") (s "") "lines" "text"
    (concatStr (v "lines") (concatStr (v "text") (v "LINE_BREAK")))

/-- The letters of each line, without its line break. What follows the last one is no line. -/
def linesOf : FuncDecl := fn "linesOf" ["letters"] <|
  .get
    (.fold (v "letters") (.record [("lines", .list []), ("line", .list [])]) "seen" "letter"
      (.ifE (eq (v "letter") (v "LINE_BREAK"))
        (.record
          [ ("lines", concatList (.get (v "seen") "lines") (.list [.get (v "seen") "line"])),
            ("line", .list []) ])
        (.record
          [ ("lines", .get (v "seen") "lines"),
            ("line", concatList (.get (v "seen") "line") (.list [v "letter"])) ])))
    "lines"

/-- What the host found for a read; none if nothing was asked or answered. -/
def itemsFound : FuncDecl := fn "itemsFound" ["found", "wanted"] <|
  .fold (v "found") nothing "items" "entry"
    (.ifE (eq (.get (v "entry") "read") (v "wanted")) (.get (v "entry") "items") (v "items"))

/-- The letters of a text as the host found them; none if it did not, or found others. -/
def lettersFound : FuncDecl := fn "lettersFound" ["found", "text"] <|
  .letE "letters"
    (.call "itemsFound" [v "found", .record [("letters", v "text")]]) <|
    .ifE (eq (.call "joined" [v "letters"]) (v "text")) (v "letters") nothing

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Letters",
        header := "Text, letter by letter, as the host took it apart.",
        imports := [(["includes"], "kernel/Rbac")],
        constants := [("LINE_BREAK", s "\n")],
        functions :=
          [ letterClass, digitValue, joined, hasForm, asLines, linesOf, itemsFound,
            lettersFound ] } }

end Enc.Modules.Letters
