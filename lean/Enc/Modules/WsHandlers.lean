import Enc.Modules.Sugar

/-!
# WebSocket

Messages are JSON objects; every one that the node sends names the `sub_id` that it is for. A
subscription is what `handleWsMessage` answers and `deliver` is asked about: a record that the host
keeps for the connection and does not look into.
-/

namespace Enc.Modules.WsHandlers
open Enc.DSL Enc.Modules

/-- The reply of a message: frames to send, a subscription to keep, one to end. -/
def frames : FuncDecl := helper "frames" ["frames", "subscription", "close"] <|
  .call "ok"
    [ .record
        [ ("frames", v "frames"), ("subscription", v "subscription"),
          ("close", v "close") ] ]

/-- A refusal as a frame; `about` is the `sub_id`, or the hash of the commit. -/
def errorFrame : FuncDecl := fn "errorFrame" ["code", "field", "about"] <|
  .letE "frame"
    (.set (.call "errorOf" [v "code"]) "type" (s "Error")) <|
    .ifE (eq (v "about") nothing) (v "frame")
      (.ifE (eq (v "field") (s "hash"))
        (.set (v "frame") "hash" (v "about"))
        (.set (v "frame") "sub_id" (v "about")))

/-- The reply of a message that is refused. -/
def refuseFrame : FuncDecl := fn "refuseFrame" ["code", "body"] <|
  .letE "id" (.get (v "body") "sub_id") <|
    .call "frames"
      [ .list
          [ .call "errorFrame"
              [ v "code", s "sub_id",
                .ifE (eq (lengthStr (v "id")) nothing) nothing (v "id") ] ],
        nothing, nothing ]

/-- Whether a value can name a subscription. -/
def isSubId : FuncDecl := helper "isSubId" ["id"] <|
  eq yes (and (lt (n 0) (lengthStr (v "id"))) (le (lengthStr (v "id")) (n 64)))

def eventFrame : FuncDecl := helper "eventFrame" ["id", "event"] <|
  .record [("type", s "Event"), ("sub_id", v "id"), ("event", v "event")]

/-- The end of a subscription, and why. -/
def closedFrame : FuncDecl := helper "closedFrame" ["id", "reason"] <|
  .ifE (eq (v "reason") nothing)
    (.record [("type", s "Closed"), ("sub_id", v "id")])
    (.record [("type", s "Closed"), ("sub_id", v "id"), ("reason", v "reason")])

/-- What is there now, its end, and the subscription to what comes. A query in reverse, or with a
limit that was reached, has more to ask for: `next`. -/
def subscribed : FuncDecl := helper "subscribed" ["head", "body", "reader", "context"] <|
  .letE "id" (.get (v "body") "sub_id") <|
    .letE "filter" (.call "filterOf" [v "body"]) <|
      .letE "answers"
        (.call "answersOf"
          [v "head", v "filter", v "reader", .get (v "context") "found"]) <|
        .call "frames"
          [ concatList
              (.fold (.get (v "answers") "events") (.list []) "all" "event"
                (concatList (v "all")
                  (.list [.call "eventFrame" [v "id", v "event"]])))
              (.list
                [ .record
                    [ ("type", s "EOSE"), ("sub_id", v "id"),
                      ("next", .get (v "answers") "next") ] ]),
            -- Who has not seen all of the past yet asks again before the present begins.
            .ifE (ne (.get (v "answers") "next") nothing) nothing
              (.record
                [ ("sub_id", v "id"), ("enclave", .get (v "head") "enclave"),
                  ("filter", v "filter"), ("id", .get (v "reader") "id"),
                  ("kinds", .get (v "reader") "kinds"),
                  ("own", .get (v "reader") "own"),
                  ("expires", .get (v "reader") "expires") ]),
            nothing ]

/-- The answer to a `Query` message. -/
def subscribe : FuncDecl := fn "subscribe" ["head", "body", "context"] <|
  .ifE (not (.call "isSubId" [.get (v "body") "sub_id"]))
    (.call "refuseFrame" [s "bad_body", v "body"]) <|
    .ifE (eq (v "head") nothing) (.call "refuseFrame" [s "unknown_enclave", v "body"]) <|
      .letE "reader" (.call "readerOf" [v "head", v "body", v "context"]) <|
        .letE "problem" (.call "emptyHanded" [v "reader"]) <|
          .ifE (ne (v "problem") nothing) (.call "refuseFrame" [v "problem", v "body"]) <|
            .ifE (.call "isFilter" [.call "filterOf" [v "body"]])
              (.call "subscribed" [v "head", v "body", v "reader", v "context"])
              (.call "refuseFrame" [s "bad_filter", v "body"])

/-- The answer to a `Close` message. -/
def unsubscribe : FuncDecl := fn "unsubscribe" ["body"] <|
  .letE "id" (.get (v "body") "sub_id") <|
    .ifE (.call "isSubId" [v "id"])
      (.call "frames" [.list [.call "closedFrame" [v "id", nothing]], nothing, v "id"])
      (.call "refuseFrame" [s "bad_body", v "body"])

/-- The refusal of a commit as a frame, with the receipt of the first time if there is one. -/
def refusedFrame : FuncDecl := helper "refusedFrame" ["payload", "hash"] <|
  .letE "frame"
    (.call "errorFrame"
      [ .get (v "payload") "error", s "hash",
        .ifE (eq (lengthStr (v "hash")) nothing) nothing (v "hash") ]) <|
    .letE "receipt" (.get (v "payload") "receipt") <|
      .ifE (eq (v "receipt") nothing) (v "frame")
        (.set (v "frame") "receipt" (v "receipt"))

/-- The answer to a commit as that of a message: its reply as a frame, its effects as they are. -/
def asFrame : FuncDecl := fn "asFrame" ["answer", "commit"] <|
  .letE "payload" (.get (v "answer") "payload") <|
    .set
      (.set (v "answer") "payload"
        (.record
          [ ("frames",
              .list
                [ .ifE (eq (.get (v "payload") "error") nothing)
                    (.record [("type", s "Receipt"), ("receipt", v "payload")])
                    (.call "refusedFrame" [v "payload", .get (v "commit") "hash"]) ]),
            ("subscription", nothing), ("close", nothing) ]))
      "status" (.get (v "Status") "Ok")

/-- A subscription with what its identity may read after a broadcast. -/
def adjusted : FuncDecl := helper "adjusted" ["subscription", "changed"] <|
  .fold (v "changed") (v "subscription") "now" "item"
    (.ifE
      (and (ne (.get (v "item") "id") nothing)
        (eq (.get (v "item") "id") (.get (v "subscription") "id")))
      (.set (.set (v "now") "kinds" (.get (v "item") "kinds")) "own"
        (.get (v "item") "own"))
      (v "now"))

/-- A subscription that ends. -/
def ended : FuncDecl := helper "ended" ["subscription", "reason"] <|
  .record
    [ ("subscription", nothing),
      ("frames",
        .list [.call "closedFrame" [.get (v "subscription") "sub_id", v "reason"]]) ]

/-- What a broadcast is for one subscriber: `{subscription, frames}`, the subscription none when it
ends. -/
def deliver : FuncDecl := fn "deliver" ["subscription", "broadcast", "now"] <|
  .letE "about" (.get (v "broadcast") "filter") <|
    .letE "event" (.get (v "broadcast") "payload") <|
      .ifE (ne (.get (v "about") "enclave") (.get (v "subscription") "enclave"))
        (.record [("subscription", v "subscription"), ("frames", .list [])]) <|
        .ifE (eq yes (le (.get (v "subscription") "expires") (v "now")))
          (.call "ended" [v "subscription", s "session_expired"]) <|
          .letE "next"
            (.call "adjusted" [v "subscription", .get (v "about") "changed"]) <|
            .ifE (ne (.call "emptyHanded" [v "next"]) nothing)
              (.call "ended" [v "subscription", s "not_authorized"])
              (.record
                [ ("subscription", v "next"),
                  ("frames",
                    .ifE
                      (and
                        (.call "maySee"
                          [v "next", v "event", .get (v "about") "kind"])
                        (.call "matchesFilter"
                          [.get (v "subscription") "filter", v "event"]))
                      (.list
                        [ .call "eventFrame"
                            [.get (v "subscription") "sub_id", v "event"] ])
                      (.list [])) ])

/-- The effect that tells everyone who listens. -/
def broadcast : EffectFuncDecl := effectFn "broadcast" ["filter", "event"] <|
  .emit "transport.broadcast" [("filter", v "filter"), ("payload", v "event")] <|
    .ret (.get (v "event") "id")

def module : SpecModule :=
  { layer := "node",
    decl :=
      { name := "WsHandlers",
        header := "WebSocket: subscriptions, frames, deliveries.",
        imports :=
          [ (["Status"], "kernel/Types"),
            (["isFilter", "matchesFilter"], "kernel/Filter"),
            (["errorOf", "ok"], "node/Api"),
            (["answersOf", "emptyHanded", "filterOf", "maySee", "readerOf"],
              "node/Queries") ],
        functions :=
          [ frames, errorFrame, refuseFrame, isSubId, eventFrame, closedFrame, subscribed,
            subscribe, unsubscribe, refusedFrame, asFrame, adjusted, ended, deliver ],
        effectFunctions := [broadcast] } }

end Enc.Modules.WsHandlers
