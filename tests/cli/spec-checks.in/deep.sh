awk 'BEGIN {
  printf "{\"module\":{\"name\":\"Deep\",\"header\":\"\",\"imports\":[],\"constants\":[[\"D\","
  for (i = 0; i < 300; i++) printf "{\"op\":[\"not\",["
  printf "{\"lit\":{\"bool\":true}}"
  for (i = 0; i < 300; i++) printf "]]}"
  print "]]}}"
}' >spec/kernel/Deep.json
